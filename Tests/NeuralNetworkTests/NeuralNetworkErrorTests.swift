import Testing

@testable import NeuralNetwork

@Suite("NeuralNetworkError")
struct NeuralNetworkErrorTests {
    @Test("a mismatch is one line that names what is wrong, a long list shortened")
    func mismatch() {
        let error = NeuralNetworkError.mismatch(
            path: "model", missing: (0..<9).map { "m\($0)" }, unused: ["u"],
            shapes: [.init(name: "s", expected: [1, 2], found: [2])])
        #expect(
            error.description
                == "model does not fit the model: missing m0, m1, m2, m3, m4, m5 and 3 more; not used by the "
                + "model u; of another shape s expected [1, 2], found [2]")
    }

    @Test("names with line ends do not break the line")
    func lines() {
        let error = NeuralNetworkError.malformed(path: "model", reason: "tensor a\nb\r\nc is F16")
        #expect(error.description == "model is not a whole safetensors file: tensor a b c is F16")
    }
}

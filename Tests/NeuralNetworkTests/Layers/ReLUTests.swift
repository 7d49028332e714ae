import Testing

@testable import NeuralNetwork

@Suite("ReLU")
struct ReLUTests {
    private static let twin = Twin(
        forward: { operands in operands[0].map { $0 > 0 ? $0 : 0 } },
        backward: { operands, gradient in [zip(operands[0], gradient).map { $0 > 0 ? $1 : 0 }] })

    @Test("it agrees with its twin", arguments: [1, 3, 16, 47])
    func twin(frames: Int) {
        let output = Tensor()
        expectAgreement(
            LayerUnderTest(
                store: ParameterStore(), parameters: [],
                forward: {
                    output.copy(from: $0)
                    ReLU.apply(output)
                    return output
                },
                backward: {
                    ReLU.backward($0, output: output)
                    return $0
                }),
            Self.twin, input: Shape(channels: 2, batch: 2, joints: 3, frames: frames))
    }

    @Test("zero has no slope")
    func zero() {
        let values = Tensor(Shape(channels: 1, batch: 3))
        values.copy(from: [-1, 0, 2])
        ReLU.apply(values)
        #expect(values.values == [0, 0, 2])
        let gradient = Tensor(values.shape)
        gradient.copy(from: [5, 5, 5])
        ReLU.backward(gradient, output: values)
        #expect(gradient.values == [0, 0, 5])
    }

    @Test("guided, only positive gradients pass, and only where the output is positive")
    func guided() {
        let output = Tensor(Shape(channels: 1, batch: 4))
        output.copy(from: [0, 0, 2, 2])
        for (pass, expected) in [(BackwardPass.input, [0, 0, 5, -5]), (.guided, [0, 0, 5, 0])] {
            let gradient = Tensor(output.shape)
            gradient.copy(from: [5, -5, 5, -5])
            ReLU.backward(gradient, output: output, for: pass)
            #expect(gradient.values == expected.map(Float.init))
        }
    }
}

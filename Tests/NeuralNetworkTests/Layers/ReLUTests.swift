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
}

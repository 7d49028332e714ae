import Testing

@testable import NeuralNetwork

struct FrameMixingTests {
    @Test(
        "it agrees with its twin",
        arguments: [
            Shape(channels: 1, batch: 1), Shape(channels: 3, batch: 2, joints: 1, frames: 7),
            Shape(channels: 2, batch: 1, joints: 3, frames: 8),
            Shape(channels: 5, batch: 3, joints: 1, frames: 33),
        ], [1, 4, 9])
    func twin(shape: Shape, outputs: Int) {
        let store = ParameterStore()
        var generator = TestGenerator(seed: 3)
        let layer = FrameMixing(
            "mixing", inputs: shape.frames, outputs: outputs, in: store, using: &generator)
        expectAgreement(
            LayerUnderTest(
                store: store, parameters: [layer.weight, layer.bias], forward: { layer($0) },
                backward: { layer.backward($0) }),
            .frameMixing(shape, outputs: outputs), input: shape)
    }

    @Test("the identity leaves the frames as they are")
    func identity() {
        let store = ParameterStore()
        var generator = TestGenerator(seed: 4)
        let layer = FrameMixing("mixing", inputs: 5, outputs: 5, in: store, using: &generator)
        store.snapshot =
            (0..<25).map { $0.isMultiple(of: 6) ? 1 : 0 } + [Float](repeating: 0, count: 5)
        let input = generator.tensor(Shape(channels: 2, batch: 3, joints: 1, frames: 5))
        #expect(layer(input).values == input.values)
    }
}

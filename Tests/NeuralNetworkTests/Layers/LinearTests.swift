import Testing

@testable import NeuralNetwork

struct LinearTests {
    static let shapes = [
        Shape(channels: 1, batch: 1), Shape(channels: 5, batch: 3),
        Shape(channels: 3, batch: 2, joints: 4, frames: 1),
        Shape(channels: 4, batch: 2, joints: 3, frames: 7),
        Shape(channels: 3, batch: 1, joints: 2, frames: 8),
        Shape(channels: 17, batch: 3, joints: 5, frames: 33),
    ]

    @Test("it agrees with its twin", arguments: shapes, [1, 2, 3])
    func twin(shape: Shape, stride: Int) {
        let store = ParameterStore()
        var generator = TestGenerator(seed: 3)
        let layer = Linear(
            "linear", inputs: shape.channels, outputs: 4, stride: stride, convolution: true, in: store,
            using: &generator)
        expectAgreement(
            LayerUnderTest(
                store: store, parameters: [layer.weight, layer.bias], forward: { layer($0) },
                backward: { layer.backward($0, inputShape: shape) }),
            .linear(shape, outputs: 4, stride: stride), input: shape)
    }

    @Test("its weight is stored with four extents as a convolution, with two otherwise")
    func names() {
        let store = ParameterStore()
        var generator = TestGenerator(seed: 3)
        _ = Linear("a", inputs: 3, outputs: 2, convolution: true, in: store, using: &generator)
        _ = Linear("b", inputs: 3, outputs: 2, convolution: false, in: store, using: &generator)
        #expect(store.parameters.map(\.name) == ["a.weight", "a.bias", "b.weight", "b.bias"])
        #expect(store.parameters.map(\.shape) == [[2, 3, 1, 1], [2], [2, 3], [2]])
        #expect(store.parameters.map(\.role) == [.weight, .unregularised, .weight, .unregularised])
    }

    @Test("fresh weights are spread over +-1/sqrt(inputs)")
    func initialisation() throws {
        let store = ParameterStore()
        var generator = TestGenerator(seed: 4)
        _ = Linear("a", inputs: 16, outputs: 100, convolution: false, in: store, using: &generator)
        let weight = try #require(store.array("a.weight"))
        #expect(weight.allSatisfy { abs($0) <= 0.25 })
        #expect(weight.contains { $0 > 0.24 } && weight.contains { $0 < -0.24 })
    }
}

struct AveragePoolTests {
    @Test(
        "it agrees with its twin",
        arguments: [
            Shape(channels: 1, batch: 1), Shape(channels: 3, batch: 2, joints: 5, frames: 7),
            Shape(channels: 2, batch: 3, joints: 16, frames: 75),
        ])
    func twin(shape: Shape) {
        let pool = AveragePool()
        expectAgreement(
            LayerUnderTest(
                store: ParameterStore(), parameters: [], forward: { pool($0) },
                backward: { pool.backward($0) }),
            .averagePool(shape), input: shape)
    }
}

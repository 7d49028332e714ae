import Testing

@testable import NeuralNetwork

@Suite("AveragePool")
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

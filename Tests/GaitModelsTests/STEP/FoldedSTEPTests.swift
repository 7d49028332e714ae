import Gait
import NeuralNetwork
import Testing

@testable import GaitModels

@Suite("FoldedSTEP")
struct FoldedSTEPTests {
    @Test(
        "it equals the network it was folded from, in evaluation mode",
        arguments: STEPConfiguration.Preset.allCases,
        [STEPConfiguration.Input.positions, .positionsAndVelocities])
    func unfolded(preset: STEPConfiguration.Preset, input kind: STEPConfiguration.Input) {
        let configuration = TestModel.configuration(preset, input: kind)
        let network = TestModel.network(configuration)
        let folded = FoldedSTEP(network)
        var generator = SeededGenerator(seed: 9)
        for count in [5, 1, 5] {
            let (input, affective) = TestModel.batch(configuration, count: count, using: &generator)
            let expected = network(input, affective: affective, training: false, using: &generator).values
            let found = folded(input, affective: affective)
            #expect(found.shape == Shape(channels: 3, batch: count))
            let size = expected.reduce(0) { max($0, abs($1)) }
            #expect(largestDifference(found.values, expected[...]) < 2e-5 * max(size, 1))
            #expect(folded.pooled.shape == Shape(channels: 6, batch: count))
        }
    }

    @Test("blocks of any residual, stride and width are folded", arguments: [1, 2])
    func blocks(stride: Int) {
        var configuration = TestModel.configuration(.baseline)
        configuration.blocks = [
            .init(width: 3, stride: 1, residual: .identity), .init(width: 3, stride: 1, residual: .identity),
            .init(width: 5, stride: stride, residual: .projection),
            .init(width: 4, stride: stride, residual: .none),
        ]
        configuration.window = 40
        let network = TestModel.network(configuration)
        let folded = FoldedSTEP(network)
        var generator = SeededGenerator(seed: 10)
        for _ in 0..<2 {
            let (input, affective) = TestModel.batch(configuration, count: 2, using: &generator)
            let expected = network(input, affective: affective, training: false, using: &generator).values
            #expect(largestDifference(folded(input, affective: affective).values, expected[...]) < 1e-4)
        }
    }
}

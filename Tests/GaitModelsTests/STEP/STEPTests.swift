import Foundation
import Gait
import Testing

@testable import GaitModels
@testable import NeuralNetwork

struct STEPTests {
    /// Products on one thread each, as the programs have it: sums are then always added in the same order.
    init() { BLAS.useThreads(1) }

    /// The loss of a batch in evaluation order, in Float64 from the logits on.
    private static func loss(
        _ network: STEP, _ input: Tensor, _ affective: Tensor, _ labels: [Int],
        using generator: inout SeededGenerator
    ) -> Double {
        let logits = network(input, affective: affective, training: true, using: &generator)
        let (classes, values) = (logits.shape.channels, logits.values.map(Double.init))
        return labels.indices.reduce(0.0) { sum, column in
            let own = (0..<classes).map { values[$0 * labels.count + column] }
            return sum + log(own.reduce(0) { $0 + exp($1) }) - own[labels[column]]
        } / Double(labels.count)
    }

    /// How the rectifications of the network stand, and how close slope and gradient must then be.
    enum Regime: String, CaseIterable {
        /// All pass everything, so that the loss is smooth.
        case open
        /// Some pass and some do not, so that the loss bends everywhere.
        case mixed

        var tolerance: Double { self == .open ? 0.02 : 0.1 }
    }

    private static func set(_ regime: Regime, _ network: STEP) {
        guard regime == .open else { return }
        var values = network.store.snapshot
        for parameter in network.store.parameters
        where [".0.bias", ".3.bias", ".1.bias", "hidden.bias"].contains(where: parameter.name.hasSuffix) {
            for place in parameter.offset..<parameter.offset + parameter.count { values[place] += 6 }
        }
        network.store.snapshot = values
    }

    /// For each parameter, a step along its gradient and something random.
    @Test(
        "parameter gradients are the loss's slopes",
        arguments: STEPConfiguration.Preset.allCases,
        Regime.allCases)
    func gradients(preset: STEPConfiguration.Preset, regime: Regime) {
        var configuration = TestModel.configuration(preset)
        configuration.window = 21
        let network = TestModel.network(configuration)
        Self.set(regime, network)
        var generator = SeededGenerator(seed: 4)
        let labels = [0, 1, 2, 0, 1, 2, 1, 0]
        let (input, affective) = TestModel.batch(configuration, count: labels.count, using: &generator)
        let logits = network(input, affective: affective, training: true, using: &generator)
        _ = SoftmaxCrossEntropy(classes: 3)(logits, labels: labels)
        network.store.zeroGradients()
        network.backward(logits)
        let gradients = Array(UnsafeBufferPointer(start: network.store.gradients, count: network.store.count))
        let before = network.store.snapshot
        var checked = 0
        for parameter in network.store.parameters where parameter.role != .statistic {
            let range = parameter.offset..<parameter.offset + parameter.count
            let own = gradients[range].map(Double.init)
            let norm = own.reduce(0) { $0 + $1 * $1 }.squareRoot()
            let direction = own.map {
                $0 / max(norm, 0.01) + Double(generator.normal()) / Double(own.count).squareRoot()
            }
            let expected = zip(own, direction).reduce(0) { $0 + $1.0 * $1.1 }
            func moved(_ step: Double) -> Double {
                var values = before
                for (place, part) in zip(range, direction) { values[place] += Float(step * part) }
                network.store.snapshot = values
                defer { network.store.snapshot = before }
                return Self.loss(network, input, affective, labels, using: &generator)
            }
            func slope(_ step: Double) -> Double { (moved(step) - moved(-step)) / (2 * step) }
            // Where the loss is smooth, two steps together leave out its third derivative.
            let found = regime == .open ? (4 * slope(5e-3) - slope(1e-2)) / 3 : slope(2e-3)
            #expect(abs(found - expected) < regime.tolerance * max(norm, 0.2), "\(parameter.name): \(norm)")
            checked += norm > 0.05 ? 1 : 0
        }
        #expect(checked >= 8)
    }

    @Test("released names come in the authors' order of layers")
    func names() {
        var configuration = TestModel.configuration(.baselineReleased)
        configuration.blocks.removeLast(2)
        var generator = SeededGenerator(seed: 1)
        let network = STEP(configuration, affectiveFeatures: 0, using: &generator)
        let layer = "st_gcn_networks.0."
        let norms = ["data_bn", "\(layer)tcn.0", "\(layer)tcn.3", "\(layer)residual.1"]
        let maps = ["\(layer)gcn.conv", "\(layer)tcn.2", "\(layer)residual.0", "fcn"]
        let expected =
            norms.flatMap { name in ["weight", "bias", "running_mean", "running_var"].map { "\(name).\($0)" }
            }
            + maps.flatMap { ["\($0).weight", "\($0).bias"] } + ["edge_importance.0"]
        #expect(Set(network.store.parameters.map(\.name)) == Set(expected))
    }

    @Test("dropout acts while training and not in use")
    func dropout() {
        var configuration = TestModel.configuration(.stepPaper)
        configuration.window = 21
        var generator = SeededGenerator(seed: 5)
        let network = STEP(configuration, affectiveFeatures: 5, dropout: 0.5, using: &generator)
        let (input, affective) = TestModel.batch(configuration, count: 4, using: &generator)
        func logits(training: Bool) -> [Float] {
            network(input, affective: affective, training: training, using: &generator).values
        }
        #expect(logits(training: false) == logits(training: false))
        #expect(logits(training: true) != logits(training: true))
    }
}

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

import Gait
import NeuralNetwork

@testable import GaitModels

/// Small networks and models for tests.
enum TestModel {
    /// A preset with its widths brought down to a few channels.
    static func configuration(
        _ preset: STEPConfiguration.Preset, labels: [String] = ["angry", "happy", "sad"],
        input: STEPConfiguration.Input = .positions
    ) -> STEPConfiguration {
        var configuration = STEPConfiguration.preset(preset, labels: labels)
        configuration.input = input
        for (index, width) in [4, 6, 6].enumerated() { configuration.blocks[index].width = width }
        if configuration.head.projection != nil { configuration.head.projection = 5 }
        if configuration.head.hidden != nil { configuration.head.hidden = 7 }
        return configuration
    }

    /// Statistics of a few walks for five affective features.
    static func scaling(features: [Int] = [0, 1, 6, 12, 27], limit: Float = 4) -> AffectiveScaling {
        AffectiveScaling(
            fitting: (0..<8).map { TestWalk.gait(armSwing: Float($0) / 10, seed: UInt64($0)) },
            skeleton: .given, origin: .root,
            features: features, turned: true, smoothing: 0, spread: .deviation, limit: limit)
    }

    /// A network that has seen a few batches, so that its running statistics and normalizations are not those
    /// of a fresh one.
    static func network(_ configuration: STEPConfiguration, features: Int = 5, seed: UInt64 = 1) -> STEP {
        var generator = SeededGenerator(seed: seed)
        let network = STEP(
            configuration, affectiveFeatures: configuration.head.affective ? features : 0, using: &generator)
        network.store.snapshot = network.store.parameters.flatMap { parameter -> [Float] in
            let values = network.store.array(parameter.name) ?? []
            guard parameter.role == .unregularised else { return values }
            return values.map { $0 + generator.uniform(-0.3...0.3) }
        }
        for _ in 0..<5 {
            let (input, affective) = batch(configuration, count: 6, features: features, using: &generator)
            _ = network(input, affective: affective, training: true, using: &generator)
        }
        return network
    }

    /// A random batch.
    static func batch(
        _ configuration: STEPConfiguration, count: Int, features: Int = 5,
        using generator: inout SeededGenerator
    ) -> (input: Tensor, affective: Tensor) {
        let channels = configuration.input.channels
        let input = Tensor(
            Shape(channels: channels, batch: count, joints: Joint.count, frames: configuration.window))
        for channel in 0..<channels {
            for sample in 0..<count {
                for joint in 0..<Joint.count {
                    // Unlike each other, so that no normalization blows up rounding.
                    let place = generator.normal()
                    for frame in 0..<configuration.window {
                        input[channel, sample, joint, frame] = place + generator.normal()
                    }
                }
            }
        }
        let affective = Tensor(Shape(channels: configuration.head.affective ? features : 0, batch: count))
        affective.copy(from: (0..<affective.shape.count).map { _ in generator.normal() })
        return (input, affective)
    }

    /// A whole model of small networks.
    static func trained(_ configuration: STEPConfiguration, temperature: Float = 1) -> TrainedModel {
        let networks = (0..<configuration.members).map { network(configuration, seed: UInt64($0) + 1) }
        return TrainedModel(
            description: ModelDescription(
                name: "test", version: 3, kind: .step, labels: configuration.labels, step: configuration,
                affective: configuration.head.affective ? scaling() : nil, temperature: temperature,
                training: TrainingRecord(
                    command: "gaitctl train", seed: .max, dataset: "walks", dataHash: "ab", gaits: 3,
                    epochs: [4],
                    validation: ["loss": 0.5])),
            tensors: NetworkFile.tensors(networks))
    }

    /// A support vector machine of two classes that differ in their arm swing.
    static func svm() throws -> TrainedModel {
        try ModelTrainer.svm(
            labels: ["calm", "lively"], TestWalk.classes(perClass: 8, seed: 1), options: options())
    }

    /// A training of two small epochs without anything that is random but the order.
    static func options(epochs: Int = 2) -> TrainingOptions {
        var options = TrainingOptions()
        options.epochs = epochs
        options.batch = 4
        options.affectiveFeatures = [0, 1, 6, 12, 27]
        return options
    }
}

import Gait
import GaitModels
import NeuralNetwork

/// A network with input to be timed.
final class BenchmarkNetwork {
    /// What is timed.
    let name: String
    private let networks: [FoldedSTEP]
    private let configuration: STEPConfiguration
    private let features: Int
    private let input = Tensor()
    private let affective = Tensor()

    /// - Parameters:
    ///   - weights: a model file; nil for a fresh STEP.
    ///   - kernel: the fresh network's temporal kernel.
    init(weights: String?, kernel: Int) throws {
        var generator = SeededGenerator(seed: 1)
        if let weights {
            let file = try ModelFile(contentsOf: weights)
            guard let step = file.model.description.step else {
                throw CommandFailure.configuration("\(weights) is no STEP network; only networks are timed")
            }
            configuration = step
            features = step.head.affective ? file.model.description.affective?.features.count ?? 0 : 0
            networks = try EmotionClassifier.networks(file)
            name = "\(file.model.description.name) version \(file.model.description.version)"
        } else {
            var step = STEPConfiguration.preset(.step, labels: Emotion.allCases.map(\.rawValue))
            step.kernel = kernel
            try step.validate()
            configuration = step
            features = AffectiveFeatures.count
            networks = [FoldedSTEP(STEP(step, affectiveFeatures: features, using: &generator))]
            name = "fresh STEP, kernel \(kernel)"
        }
    }

    /// Makes a batch of random windows.
    func fill(batch: Int) {
        var generator = SeededGenerator(seed: 2)
        input.reshape(
            to: Shape(
                channels: configuration.input.channels, batch: batch, joints: Joint.count,
                frames: configuration.window))
        input.copy(from: (0..<input.shape.count).map { _ in 0.1 * generator.normal() })
        affective.reshape(to: Shape(channels: features, batch: batch))
        affective.copy(from: (0..<affective.shape.count).map { _ in generator.normal() })
    }

    /// One call, all members of the model.
    func classify() {
        for network in networks { _ = network(input, affective: affective) }
    }
}

/// One training step on random gaits, to be timed.
final class BenchmarkTraining {
    private let network: STEP
    private let adam: Adam
    private let loss: SoftmaxCrossEntropy
    private let input: Tensor
    private let affective: Tensor
    private let labels: [Int]
    private var generator: SeededGenerator

    init(preset: STEPConfiguration.Preset, batch: Int) {
        let configuration = STEPConfiguration.preset(preset, labels: Emotion.allCases.map(\.rawValue))
        let features = configuration.head.affective ? AffectiveFeatures.count : 0
        var generator = SeededGenerator(seed: 3)
        network = STEP(configuration, affectiveFeatures: features, using: &generator)
        adam = Adam(network.store)
        loss = SoftmaxCrossEntropy(classes: configuration.labels.count)
        input = Tensor(
            Shape(
                channels: configuration.input.channels, batch: batch, joints: Joint.count,
                frames: configuration.window))
        input.copy(from: (0..<input.shape.count).map { _ in 0.1 * generator.normal() })
        affective = Tensor(Shape(channels: features, batch: batch))
        affective.copy(from: (0..<affective.shape.count).map { _ in generator.normal() })
        labels = (0..<batch).map { $0 % configuration.labels.count }
        self.generator = generator
    }

    /// Forward, backward and the optimiser.
    func run() {
        let logits = network(input, affective: affective, training: true, using: &generator)
        _ = loss(logits, labels: labels)
        network.backward(logits)
        adam.update(learningRate: 1e-3)
    }
}

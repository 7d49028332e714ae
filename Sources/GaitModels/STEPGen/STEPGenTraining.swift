import Foundation
import Gait
import NeuralNetwork

extension ModelTrainer {
    /// Trains a STEP-Gen model.
    ///
    /// - Parameters:
    ///   - validation: selects the best epoch; may be empty.
    ///   - start: a generator with the same network to start from; nil for fresh weights.
    ///   - progress: called after every epoch; returns false to stop with the best so far.
    /// - Returns: the model, the epochs that it was trained for, and the loss's terms then by name, for the held-out
    ///   gaits if there are any.
    /// - Throws: ``ModelError/training(_:)`` if the gaits cannot be used for training, or the start has another
    ///   network.
    package static func stepGen(
        _ configuration: STEPGenConfiguration, _ gaits: [TrainingGait], validation: [TrainingGait] = [],
        from start: TrainedModel? = nil, options: STEPGenOptions, progress: (TrainingProgress) -> Bool
    ) throws(ModelError) -> (model: TrainedModel, epochs: Int, terms: [String: Double]) {
        var configuration = configuration
        try options.validate()
        try check(gaits, labels: configuration.labels)
        try check(labelsOf: validation, labels: configuration.labels)
        try checkPairs(gaits, labels: configuration.labels)
        let measured = MotionStatistics(gaits.map(\.gait), motion: configuration.motion)
        configuration.unit = measured.unit
        try configuration.validate()
        let network: STEPGen
        if let start {
            network = try warmStart(start, configuration)
        } else {
            var generator = SeededGenerator(seed: options.seed)
            network = STEPGen(configuration, using: &generator)
            if configuration.output == .scaled {
                network.decoder.setOutput(mean: measured.mean, deviation: measured.deviation)
            }
        }
        let (epochs, loss) = try STEPGenTrainer(options: options).fit(
            network, gaits, validation: validation, progress: progress)
        network.density?.fit(network, gaits, window: configuration.window)
        let description = ModelDescription(
            name: "step-gen", kind: .stepGen, labels: configuration.labels, generator: configuration)
        let model = TrainedModel(description: description, tensors: STEPGenFile.tensors(network))
        return (model, epochs, loss.named)
    }

    /// The network of a previously trained generator.
    private static func warmStart(
        _ start: TrainedModel, _ configuration: STEPGenConfiguration
    ) throws(ModelError) -> STEPGen {
        guard var own = start.description.generator else {
            throw .training("the model to start from is not a generator")
        }
        // The loss and the size of the bodies may change.
        (own.loss, own.unit) = (configuration.loss, configuration.unit)
        guard own == configuration else {
            throw .training("the generator to start from has other classes or another network")
        }
        return try STEPGenFile.network(SafeTensors(start.tensors, path: "the start"), configuration)
    }

    /// A generator learns a class from the differences between its gaits.
    private static func checkPairs(_ gaits: [TrainingGait], labels: [String]) throws(ModelError) {
        let counts = Dictionary(grouping: gaits, by: \.label).mapValues(\.count)
        if let label = counts.keys.sorted().first(where: { counts[$0] == 1 }) {
            throw .training(
                "class \(labels[label]) has a single gait; a generator needs at least two of every class")
        }
    }
}

/// Trains one STEP-Gen network.
///
/// Everything random comes from one seed and everything is computed by one thread, so that the same seed on
/// the same machine gives the same bits.
struct STEPGenTrainer {
    let options: STEPGenOptions

    /// - Parameters:
    ///   - network: fresh, or trained before for a warm start.
    ///   - validation: selects the best epoch; if empty, the last epoch is kept.
    ///   - progress: called after every epoch; returns false to stop with the best so far.
    /// - Returns: the epochs that the network was trained for, and the loss's terms then, for the held-out gaits if
    ///   there are any.
    /// - Throws: ``ModelError/training(_:)`` if the loss is no longer a number.
    func fit(
        _ network: STEPGen, _ gaits: [TrainingGait], validation: [TrainingGait],
        progress: (TrainingProgress) -> Bool
    ) throws(ModelError) -> (epochs: Int, loss: STEPGenLoss.Terms) {
        var generator = SeededGenerator(seed: options.seed)
        var run = STEPGenStep(network, options)
        let draws = Draws(gaits, window: network.configuration.window, options)
        let loop = EpochLoop(optimization: options.optimization, deadline: options.optimization.deadline)
        return try loop.run(
            network.store,
            order: { draws.order(using: &generator) },
            learn: { batch, progress in
                run.learn(batch.map { gaits[$0] }, at: progress, using: &generator)
            },
            mean: { losses in
                var mean = STEPGenLoss.Terms()
                for loss in losses { mean.add(loss, share: 1 / Float(losses.count)) }
                return mean
            },
            total: { $0.total },
            validate: {
                validation.isEmpty
                    ? nil : run.evaluate(validation, batch: options.batch, using: &generator)
            },
            progress: progress)
    }

    /// The gaits of an epoch, and how often each is seen.
    private struct Draws {
        private let classes: [[Int]]
        private let perClass: Int?

        init(_ gaits: [TrainingGait], window: Int, _ options: STEPGenOptions) {
            var classes: [Int: [Int]] = [:]
            for (index, gait) in gaits.enumerated() {
                classes[gait.label, default: []] += Array(
                    repeating: index, count: options.optimization.draws(of: gait.gait, window: window))
            }
            self.classes = classes.sorted { $0.key < $1.key }.map(\.value)
            let total = self.classes.reduce(0) { $0 + $1.count }
            perClass = options.balanced ? (total + self.classes.count - 1) / max(self.classes.count, 1) : nil
        }

        func order(using generator: inout SeededGenerator) -> [Int] {
            let drawn = classes.flatMap { own -> [Int] in
                guard let perClass else { return own }
                var drawn: [Int] = []
                while drawn.count < perClass {
                    drawn += own.shuffled(using: &generator).prefix(perClass - drawn.count)
                }
                return drawn
            }
            return drawn.shuffled(using: &generator)
        }
    }
}

/// The training options of a STEP-Gen, except its network and the gaits.
@dynamicMemberLookup
package struct STEPGenOptions: Sendable, Equatable {
    /// How the network is fitted.
    package var optimization = Optimization()
    /// The share of the epochs over which the divergence's weight grows from 0, so that latents do not become
    /// meaningless.
    package var warmUp: Float = 0
    /// Whether the same number of windows is drawn for every class.
    package var balanced = true
    package var augmentation = Augmentation()

    package init() {
        optimization.batch = 8
        // Every gait once per epoch regardless of its length, with a new cut each time.
        optimization.windowsPerGait = 0
        optimization.weightDecay = 5e-4
    }

    /// The optimization's values, as if they were here.
    package subscript<Value>(dynamicMember path: WritableKeyPath<Optimization, Value>) -> Value {
        get { optimization[keyPath: path] }
        set { optimization[keyPath: path] = newValue }
    }

    /// - Throws: ``ModelError/training(_:)`` naming an invalid value.
    func validate() throws(ModelError) {
        try optimization.validate()
        guard (0...1).contains(warmUp) else { throw .training("a warm-up of \(warmUp); it must be 0 to 1") }
    }
}

extension STEPGenOptions: Codable {
    enum CodingKeys: String, CodingKey {
        case optimization, balanced, augmentation
        case warmUp = "warm_up"
    }
}

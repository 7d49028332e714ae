import Gait
import NeuralNetwork

extension ModelTrainer {
    /// Trains a STEP-Gen model.
    ///
    /// - Parameters:
    ///   - validation: what the best epoch is chosen by; may be empty.
    ///   - start: a generator of the same network to begin from; nil for fresh weights.
    ///   - progress: told after every epoch; false to stop with the best so far.
    /// - Returns: the model, the epochs that it was trained for, and the loss's terms then by name, of the held-out
    ///   gaits where there are any.
    /// - Throws: ``ModelError/training(_:)`` where the gaits cannot be trained on, or the start is another network.
    package static func stepGen(
        _ configuration: STEPGenConfiguration, _ gaits: [TrainingGait], validation: [TrainingGait] = [],
        from start: TrainedModel? = nil, options: STEPGenOptions, progress: (TrainingProgress) -> Bool
    ) throws(ModelError) -> (model: TrainedModel, epochs: Int, terms: [String: Double]) {
        var configuration = configuration
        try options.validate()
        try check(labelsOf: gaits + validation, labels: configuration.labels)
        try checkClasses(gaits, labels: configuration.labels)
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
                network.setOutput(mean: measured.mean, deviation: measured.deviation)
            }
        }
        let (epochs, loss) = try STEPGenTrainer(options: options).fit(
            network, gaits, validation: validation, progress: progress)
        network.density?.fit(network, gaits, window: configuration.window)
        let description = ModelDescription(
            name: "step-gen", version: 1, kind: .stepGen, labels: configuration.labels, step: nil,
            generator: configuration, affective: nil, temperature: 1, training: nil)
        let model = TrainedModel(description: description, tensors: STEPGenFile.tensors(network))
        return (model, epochs, loss.named)
    }

    /// The network of a generator that was trained before.
    private static func warmStart(
        _ start: TrainedModel, _ configuration: STEPGenConfiguration
    ) throws(ModelError) -> STEPGen {
        guard var own = start.description.generator else {
            throw .training("the model to begin from is no generator")
        }
        // What it is trained by, and the size of the bodies, may change.
        (own.loss, own.unit) = (configuration.loss, configuration.unit)
        guard own == configuration else {
            throw .training("the generator to begin from has other classes or another network")
        }
        return try STEPGenFile.network(SafeTensors(start.tensors, path: "the start"), configuration)
    }

    /// A generator learns what a class is from how its gaits differ from each other.
    private static func checkClasses(_ gaits: [TrainingGait], labels: [String]) throws(ModelError) {
        let counts = Dictionary(grouping: gaits, by: \.label).mapValues(\.count)
        guard counts.count >= 2 else {
            let names = counts.keys.map { labels[$0] }.joined(separator: ", ")
            throw .training(
                "gaits of one class only (\(names)) cannot be told apart; at least two are needed")
        }
        for (label, count) in counts.sorted(by: { $0.key < $1.key }) where count < 2 {
            throw .training(
                "class \(labels[label]) has a single gait; a generator needs at least two of every class")
        }
    }
}

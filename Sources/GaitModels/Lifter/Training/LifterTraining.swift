import Foundation
import Gait
import NeuralNetwork

/// Trains one lifter, with the record of how it came to be.
package struct LifterTraining: Sendable {
    let configuration: LifterConfiguration
    let options: LifterOptions
    /// The estimators whose errors are imitated.
    let estimators: [EstimatorErrors]
    /// The classifier whose layers judge what is drawn; nil for none.
    let teacher: ModelFile?
    /// The share of the recordings that choose the best epoch.
    let share: Double
    let threads: Int

    package init(
        configuration: LifterConfiguration, options: LifterOptions, estimators: [EstimatorErrors] = [],
        teacher: ModelFile? = nil, share: Double, threads: Int
    ) {
        (self.configuration, self.options, self.estimators) = (configuration, options, estimators)
        (self.teacher, self.share, self.threads) = (teacher, share, threads)
    }

    /// The epochs, for the progress.
    package var epochs: Int { options.epochs }

    /// What the training gave, as `--json` prints it.
    package struct Report: Encodable, Sendable {
        /// Where the model was written.
        package let out: String
        package let seconds: Double
        package let epochs: Int
        package let trainingGaits: Int
        package let validationGaits: Int
        package let heldOutGaits: Int
        /// The loss and its terms: of the validation gaits in the best epoch, or of the training gaits in the last.
        package let terms: [String: Double]
    }

    /// Trains a lifter.
    ///
    /// - Parameters:
    ///   - gaits: recordings; a gait's label is its data set.
    ///   - further: gaits that are trained on beside them, such as simulated ones.
    ///   - source: the command, data sets and version that go into the model.
    ///   - out: where the model will be written.
    /// - Throws: ``ModelError/training(_:)`` if the gaits cannot be trained on, ``ModelError/cancelled`` if the observer
    ///   ends the work.
    package func run(
        _ gaits: [TrainingGait], further: [TrainingGait], source: TrainingRecord.Source, for out: String,
        observer: TrainingObserver
    ) throws -> (model: TrainedModel, report: Report) {
        let started = Date()
        try options.optimization.validate()
        for estimator in estimators { try estimator.validate() }
        let (known, heldOut) = GroupSplit.split(gaits, heldOut: options.heldOut, seed: options.seed)
        let (kept, validation) = GroupSplit.split(known, heldOut: share, seed: options.seed &+ 1)
        guard !kept.isEmpty else { throw ModelError.training("there is no gait to train on") }
        let prepared = (kept + further).map(\.limbs)
        var configuration = configuration
        configuration.bodyLength = median(prepared.map { BodySize($0.gait).length })
        if options.heldOut > 0 {
            configuration.heldOut = HeldOutRecordings(
                share: options.heldOut, seed: options.seed, recordings: Set(heldOut.map(\.recording)))
        }
        configuration.imitated = options.imitated > 0 ? estimators.map(\.estimator) : []
        let judge = options.loss.perception > 0 ? teacher : nil
        configuration.teacher = judge.map {
            "\($0.model.description.name) version \($0.model.description.version), sha256 \($0.sha256.prefix(8))"
        }
        try configuration.validate()
        var generator = SeededGenerator(seed: options.seed)
        let network = LifterNetwork(configuration, using: &generator)
        let trainer = LifterTrainer(
            options: options, estimators: estimators, teacher: teacher?.model, threads: threads)
        let fitted = try DenormalNumbers.flushed {
            try trainer.fit(network, prepared, validation: validation.map(\.limbs)) {
                observer.report("lifter", $0)
            }
        }
        try observer.check()
        var description = ModelDescription(name: "lifter", kind: .lifter, labels: [], lifter: configuration)
        description.record(
            source, seed: options.seed, gaits: kept, further: further, epochs: [fitted.epochs],
            validation: validation.isEmpty ? [:] : fitted.loss.named)
        let report = Report(
            out: out, seconds: Date().timeIntervalSince(started), epochs: fitted.epochs,
            trainingGaits: kept.count, validationGaits: validation.count, heldOutGaits: heldOut.count,
            terms: fitted.loss.named)
        return (TrainedModel(description: description, tensors: network.store.tensors()), report)
    }
}

/// The training options of a lifter, except its network and the gaits.
@dynamicMemberLookup
package struct LifterOptions: Sendable, Equatable {
    /// How the network is fitted.
    package var optimization = Optimization()
    /// The number of windows drawn for an epoch.
    package var windowsPerEpoch = 9216
    /// The share of people who stand instead of walking.
    package var standing: Float = 0.25
    /// The share of windows with the errors of an estimator, if there are any.
    package var imitated: Float = 0.35
    /// How many simulated walkers are trained on beside the recordings.
    package var walkers = 80
    /// The share of each data set's recordings that are never trained on, for the evaluation.
    package var heldOut: Double = 0.15
    package var loss = LifterLossWeights()

    package init() {
        optimization.epochs = 56
        optimization.batch = 192
        optimization.learningRate = 3e-3
        optimization.weightDecay = 1e-2
        optimization.maximumGradientNorm = 1
        optimization.windowsPerGait = 0
    }

    /// The optimization's values, as if they were here.
    package subscript<Value>(dynamicMember path: WritableKeyPath<Optimization, Value>) -> Value {
        get { optimization[keyPath: path] }
        set { optimization[keyPath: path] = newValue }
    }

    /// What a recipe may ask for.
    var ranges: [(key: String, value: Double, range: ClosedRange<Double>)] {
        [
            ("options.windows_per_epoch", Double(windowsPerEpoch), 2...10_000_000),
            ("options.standing", Double(standing), 0...0.9), ("options.walkers", Double(walkers), 0...10_000),
            ("options.loss.perception", Double(loss.perception), 0...10),
            ("options.imitated", Double(imitated), 0...0.8),
            ("options.held_out", heldOut, 0...0.5),
        ]
            + optimization.ranges
    }
}

extension LifterOptions: Codable {
    enum CodingKeys: String, CodingKey {
        case optimization, standing, imitated, walkers, loss
        case windowsPerEpoch = "windows_per_epoch"
        case heldOut = "held_out"
    }
}

extension TrainingGait {
    /// The same gait with the joints derived that sources place differently.
    var limbs: TrainingGait {
        TrainingGait(
            key: key, gait: JointNormalization.limbs.apply(to: gait), label: label, group: group,
            recording: recording)
    }
}

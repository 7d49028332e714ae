import Foundation
import Gait

/// What can be trained.
package enum TrainingMethod: String, CaseIterable, Codable, Sendable {
    /// A STEP network.
    case step
    /// A linear SVM on the affective features.
    case svm
    /// A generator of synthetic gaits.
    case stepGen = "step-gen"
    /// A lifter of joints in pictures.
    case lifter
}

/// One way to fit a classifier: the method, the network, its options, and further gaits.
package struct ClassifierTraining: Sendable {
    package let labels: [String]
    /// ``TrainingMethod/step`` or ``TrainingMethod/svm``.
    package let method: TrainingMethod
    package let configuration: STEPConfiguration
    package var options: TrainingOptions
    /// What every network learns first.
    package var pretraining: Pretraining?
    /// Gaits to train on and never to test on, such as simulated ones.
    package var further: [TrainingGait] = []
    /// Synthetic gaits to train on as well, made for each set of training gaits.
    package var synthetic: SyntheticAugmentation?
    /// Gaits without labels. A first network, trained without them, reads them; what it reads teaches a second one
    /// (Xie et al., Self-training with Noisy Student, 2020).
    package var unlabeled: [TrainingGait] = []
    /// Shows a share of the gaits as a robot's camera would; nil for none.
    package var lifted: LiftedView?
    package let threads: Int

    /// The training that a recipe describes.
    ///
    /// - Parameter syntheticPerClass: how many synthetic gaits of every class are trained on as well; nil for none.
    package init(
        _ recipe: Recipe, labels: [String], seed: UInt64, threads: Int, syntheticPerClass: Int?
    ) {
        (self.labels, method, configuration) = (labels, recipe.method, recipe.network)
        (options, self.threads) = (recipe.options, threads)
        options.seed = seed
        synthetic = syntheticPerClass.map { perClass in
            var options = recipe.generator.options
            options.seed = seed
            return SyntheticAugmentation(
                perClass: perClass, configuration: recipe.generator.network, options: options)
        }
    }

    /// Fits a model.
    ///
    /// - Parameters:
    ///   - validation: chooses the epoch and the temperature; may be empty.
    ///   - heldOut: gaits that will test the model; their recordings are left out of the pretraining too.
    ///   - threads: how many networks are trained side by side.
    ///   - progress: told after every epoch of a network, from any thread; false to stop.
    func fit(
        _ gaits: [TrainingGait], validation: [TrainingGait], heldOut: [TrainingGait] = [], threads: Int,
        observer: TrainingObserver, progress: @Sendable (TrainingProgress) -> Bool
    ) throws -> ModelTrainer.Result {
        switch method {
        case .svm:
            let model = try ModelTrainer.svm(
                labels: labels, gaits, further: further, skeleton: configuration.skeleton, options: options)
            return .init(model: model, epochs: [])
        case .step:
            let tested = Set((validation + heldOut).map(\.recording))
            let made = try synthetic?.gaits(from: gaits, observer: observer, progress: progress) ?? []
            func trained(beside read: [TrainingGait]) throws -> ModelTrainer.Result {
                try ModelTrainer.step(
                    configuration, gaits, validation: validation, further: further + made + read,
                    pretraining: pretraining?.without(recordings: tested), options: options, lifted: lifted,
                    threads: threads, progress: progress)
            }
            let first = try trained(beside: [])
            let seen = unlabeled.filter { !tested.contains($0.recording) }
            guard !seen.isEmpty else { return first }
            try observer.check()
            // As sure as it is of itself: a temperature fitted to few windows sharpens too much.
            var reading = first.model
            reading.description.temperature = 1
            let teacher = try EmotionClassifier(reading)
            return try trained(beside: seen.map { $0.read(teacher.meanProbabilities(of: $0.gait)) })
        case .stepGen, .lifter:
            throw ModelError.training("\(method.rawValue) is not a classifier")
        }
    }

    /// The epochs of all networks of one model, for the progress.
    package var epochsPerModel: Int {
        guard method == .step else { return 0 }
        let generator = synthetic?.options.epochs ?? 0
        let networks = configuration.members * (unlabeled.isEmpty ? 1 : 2)
        return generator + networks * (options.epochs + (pretraining?.epochs ?? 0))
    }
}

extension EmotionClassifier {
    /// The mean of what the windows of a gait are read as.
    fileprivate func meanProbabilities(of gait: Gait) -> [Float] {
        let read = classify(gait.windows()).map(\.probabilities)
        return card.labels.indices.map { label in
            read.reduce(0) { $0 + $1[label] } / Float(max(read.count, 1))
        }
    }
}

/// Trains one classifier, with the record of how it came to be.
package struct SingleTraining: Sendable {
    let training: ClassifierTraining
    /// The share of recordings held out for validation.
    let share: Double
    /// How many folds calibrate the probabilities; nil to calibrate by the validation split alone.
    let calibrationFolds: Int?

    package init(training: ClassifierTraining, share: Double, calibrationFolds: Int?) {
        (self.training, self.share, self.calibrationFolds) = (training, share, calibrationFolds)
    }

    /// The epochs of all networks, for the progress.
    package var epochs: Int { training.epochsPerModel * (1 + (calibrationFolds ?? 0)) }

    /// What the training gave, as `--json` prints it.
    package struct Report: Encodable, Sendable {
        /// Where the model was written.
        package let out: String
        package let seconds: Double
        package let epochs: [Int]
        package let trainingGaits: Int
        package let validationGaits: Int
        package let temperature: Float
        /// The confidence below which the model abstains; nil if nothing was held out.
        package let threshold: Float?
        /// Nil if nothing was held out.
        package let validation: ClassificationReport?
        /// The figures of the folds; nil without folds.
        package let folds: FoldedReport?
    }

    /// Trains a model.
    ///
    /// - Parameters:
    ///   - source: the command, data set and version that go into the model.
    ///   - out: where the model will be written.
    /// - Throws: ``ModelError/training(_:)`` if the gaits cannot be trained on, ``ModelError/cancelled`` if the observer
    ///   ends the work.
    package func run(
        _ gaits: [TrainingGait], source: TrainingRecord.Source, for out: String, observer: TrainingObserver
    ) throws -> (model: TrainedModel, report: Report) {
        let started = Date()
        let (kept, heldOut) = GroupSplit.split(gaits, heldOut: share, seed: training.options.seed)
        let members = training.configuration.members
        let folded = try calibrationFolds.map {
            try FoldedTraining(training: training, folds: $0).run(gaits, observer: observer)
        }
        var fitted = try training.fit(
            kept, validation: heldOut, threads: training.threads, observer: observer
        ) { observer.report("network \($0.member + 1)/\(members)", $0) }
        try observer.check()
        if let folded { fitted.model.description.calibrate(Calibration(fitting: folded.outcomes)) }
        let report = heldOut.isEmpty ? nil : try test(fitted.model, on: heldOut)
        let folds = folded.map { FoldedReport($0, training: training) }
        let tested = Set(heldOut.map(\.recording))
        fitted.model.description.record(
            source, seed: training.options.seed, gaits: kept,
            further: training.further + training.unlabeled.filter { !tested.contains($0.recording) },
            epochs: fitted.epochs,
            validation: (report ?? folds?.pooled).map {
                ["balanced_accuracy": $0.balancedAccuracy, "ece": $0.calibrationError]
            } ?? [:])
        let result = Report(
            out: out, seconds: Date().timeIntervalSince(started), epochs: fitted.epochs,
            trainingGaits: kept.count, validationGaits: heldOut.count,
            temperature: fitted.model.description.temperature,
            threshold: fitted.model.description.minimumConfidence, validation: report, folds: folds)
        return (fitted.model, result)
    }

    private func test(_ model: TrainedModel, on gaits: [TrainingGait]) throws -> ClassificationReport {
        let result = Evaluation.run(
            try EmotionClassifier(model), gaits: gaits.map(\.gait), labels: gaits.map(\.label))
        return ClassificationReport(
            result.outcomes, recordings: result.gaits.map { gaits[$0].group }, labels: training.labels)
    }
}

/// Trains one generator, with the record of how it came to be.
package struct GeneratorTraining: Sendable {
    let configuration: STEPGenConfiguration
    let options: STEPGenOptions
    /// The share of each class's recordings held out to choose the best epoch.
    let share: Double
    /// A generator to begin from; nil for fresh weights.
    let start: TrainedModel?

    package init(
        configuration: STEPGenConfiguration, options: STEPGenOptions, share: Double, start: TrainedModel?
    ) {
        (self.configuration, self.options) = (configuration, options)
        (self.share, self.start) = (share, start)
    }

    /// The epochs, for the progress.
    package var epochs: Int { options.epochs }

    /// What the training gave, as `--json` prints it.
    package struct Report: Encodable, Sendable {
        /// Where the model was written.
        package let out: String
        package let seconds: Double
        package let epochs: Int
        package let secondsPerEpoch: Double
        package let trainingGaits: Int
        package let validationGaits: Int
        /// The loss and its terms: of the held-out gaits in the best epoch, or of the training gaits in the last.
        package let terms: [String: Double]
    }

    /// Trains a generator.
    ///
    /// - Parameters:
    ///   - source: the command, data set and version that go into the model.
    ///   - out: where the model will be written.
    /// - Throws: ``ModelError/training(_:)`` if the gaits cannot be trained on, ``ModelError/cancelled`` if the observer
    ///   ends the work.
    package func run(
        _ gaits: [TrainingGait], source: TrainingRecord.Source, for out: String, observer: TrainingObserver
    ) throws -> (model: TrainedModel, report: Report) {
        let started = Date()
        let (kept, heldOut) = GroupSplit.split(gaits, heldOut: share, seed: options.seed)
        var (seen, trained) = (0, started)
        var fitted = try ModelTrainer.stepGen(
            configuration, kept, validation: heldOut, from: start, options: options
        ) { progress in
            (seen, trained) = (seen + 1, Date())
            return observer.report("generator", progress)
        }
        try observer.check()
        fitted.model.description.record(
            source, seed: options.seed, gaits: kept, epochs: [fitted.epochs],
            validation: heldOut.isEmpty ? [:] : fitted.terms)
        let report = Report(
            out: out, seconds: Date().timeIntervalSince(started), epochs: fitted.epochs,
            secondsPerEpoch: trained.timeIntervalSince(started) / Double(max(seen, 1)),
            trainingGaits: kept.count, validationGaits: heldOut.count, terms: fitted.terms)
        return (fitted.model, report)
    }
}

import Foundation
import Gait
import GaitModels
import Storage

/// Makes a better model of a store's gaits, or finds that it is not better.
struct Retraining {
    let registry: ModelRegistry
    let settings: RetrainingSettings
    let progress: RetrainingProgress
    /// When the budget is spent.
    let deadline: Date
    /// The store's number of the job; nil where the operator trains by hand.
    var job: Int64?

    /// How a retraining ended.
    struct Ending: Encodable {
        let verdict: Verdict
        /// The version that was registered; null where there were too few gaits to train for anything.
        let version: Int?
        let isServing: Bool
        /// Real gaits that were trained on.
        let trainingGaits: Int
        /// Synthetic ones, the store's and new ones.
        let syntheticGaits: Int
        let seconds: Double

        enum CodingKeys: String, CodingKey {
            case verdict, version, seconds
            case isServing = "serving"
            case trainingGaits = "training_gaits"
            case syntheticGaits = "synthetic_gaits"
        }

        var text: String {
            let what = version.map { "version \($0)" } ?? "no version"
            let role = isServing ? "serves now" : (verdict.isAccepted ? "is the candidate" : "rejected")
            return
                "\(what), \(role): \(verdict.reason); \(trainingGaits) gaits and \(syntheticGaits) synthetic ones, \(Int(seconds)) s"
        }
    }

    /// - Parameter gaits: all of the store.
    /// - Throws: `CommandFailure`, `ModelError` or `StorageError` where no model could be made; the registry is as it
    ///   was then.
    func run(_ gaits: [StoredGait]) throws -> Ending {
        let started = Date()
        let serving = try registry.serving()
        let start = try registry.trainingStart()
        let startFile = try ModelFile(contentsOf: start.path)
        let data = RetrainingData(
            gaits, known: startFile.model.description.labels, least: settings.gate.minimumGaits)
        if let shortage = settings.gate.shortage(of: data.heldOut, labels: data.labels) {
            return Ending(
                verdict: shortage, version: nil, isServing: false, trainingGaits: 0, syntheticGaits: 0,
                seconds: Date().timeIntervalSince(started))
        }
        try data.checkTraining(least: 2)

        let made = try synthesise(data)
        let further = data.synthetic + (made?.gaits ?? [])
        var fitted = try train(data, from: startFile.model, further: further)
        try Interruption.check()

        progress.begin(.evaluation)
        let servingFile = try ModelFile(contentsOf: serving.path)
        let version = registry.nextVersion(
            above: max(servingFile.model.description.version, startFile.model.description.version))
        fitted.model.description.record(
            source(version: version), seed: settings.seed, gaits: data.training, further: data.synthetic,
            epochs: fitted.epochs)
        let comparison = PromotionGate.Comparison(
            of: try EmotionClassifier(fitted.model),
            with: try EmotionClassifier(servingFile.model, path: serving.path),
            on: data.heldOut, isCancelled: { Interruption.isRequested })
        try Interruption.check()
        let verdict = settings.gate(comparison)
        var metadata = ModelMetadata(
            version: version, parent: start.version,
            dataHash: fitted.model.description.training?.dataHash ?? "", gaits: data.ids,
            metrics: verdict.figures,
            decision: .init(isAccepted: verdict.isAccepted, reason: verdict.reason, figures: verdict.figures),
            command: Gaitctl.commandLine, seed: settings.seed, created: Date().timeIntervalSince1970, job: job
        )
        metadata.metrics["synthetic_gaits"] = Double(further.count)
        try registry.add(metadata, weights: fitted.model.encoded(), generator: made?.generator.encoded())
        let isServing = try promote(version, verdict)
        try registry.prune(keeping: settings.keptVersions)
        return Ending(
            verdict: verdict, version: version, isServing: isServing, trainingGaits: data.training.count,
            syntheticGaits: further.count, seconds: Date().timeIntervalSince(started))
    }

    private func promote(_ version: Int, _ verdict: Verdict) throws -> Bool {
        guard verdict.isAccepted, settings.activation == .ifBetter else { return false }
        do {
            _ = try registry.promote(version)
            return true
        } catch StorageError.pinned {
            return false
        }
    }

    // MARK: - Generator

    /// New gaits of every class, and the generator that made them; nil where none are wanted.
    private func synthesise(_ data: RetrainingData) throws -> (
        gaits: [TrainingGait], generator: TrainedModel
    )? {
        guard settings.perClass > 0 else { return nil }
        let options = settings.generatorOptions(until: deadline)
        progress.begin(.generator, epochs: options.epochs)
        let configuration = STEPGenDesign.stepGen.configuration(labels: data.labels)
        let fitted = try ModelTrainer.stepGen(
            configuration, data.training, from: generatorStart(data, configuration), options: options,
            progress: { progress.epoch($0) })
        try Interruption.check()
        progress.begin(.synthesis)
        // A few gaits less than wanted are no reason to give up.
        let made = try GaitGenerator(fitted.model).walks(
            perClass: settings.perClass, tries: Self.tries, seed: settings.seed &+ 1,
            observer: TrainingObserver(isCancelled: { Interruption.isRequested }))
        var model = fitted.model
        model.description.record(
            source(version: 1), seed: settings.seed, gaits: data.training, epochs: [fitted.epochs])
        return (TrainingGait.synthetic(made), model)
    }

    private func source(version: Int) -> TrainingRecord.Source {
        TrainingRecord.Source(command: Gaitctl.commandLine, dataset: "store", version: version)
    }

    /// How many candidates are made at most for each gait that is wanted; the others fail ``GaitQuality``.
    private static let tries = 4

    /// The generator to begin from: the one that is given, or the registry's last or, at first, the packaged one, where
    /// these are of the same network.
    private func generatorStart(
        _ data: RetrainingData, _ configuration: STEPGenConfiguration
    ) throws -> TrainedModel? {
        if let given = settings.generator { return try ModelFile(contentsOf: given).model }
        for path in [registry.newestGenerator(), settings.packagedGenerator].compactMap(\.self) {
            guard let model = try? ModelFile(contentsOf: path).model, var own = model.description.generator
            else { continue }
            // A newer version of this program may have another network, and classes may have been added.
            (own.loss, own.unit) = (configuration.loss, configuration.unit)
            if own == configuration { return model }
        }
        return nil
    }

    // MARK: - Classifier

    private func train(
        _ data: RetrainingData, from start: TrainedModel, further: [TrainingGait]
    ) throws -> ModelTrainer.Result {
        let configuration = try classifierConfiguration(data.labels, start)
        var options = settings.classifierOptions(
            for: data.labels, isWarm: start.description.step != nil, until: deadline)
        options.seed = settings.seed
        // By subject, as everything: the epoch and the temperature are chosen by people who are not trained on.
        let (kept, validation) = GroupSplit.split(
            data.training, heldOut: settings.validationShare, seed: settings.seed)
        progress.begin(.classifier, epochs: configuration.members * options.epochs)
        var fitted = try ModelTrainer.step(
            configuration, kept, validation: validation, further: further,
            from: start.description.step == nil ? nil : start, options: options, threads: settings.threads,
            progress: { progress.epoch($0) })
        fitted.model.description.name = start.description.name
        Self.temper(&fitted.model.description, like: start.description)
        return fitted
    }

    /// Takes back what two dozen validation windows cannot tell: where all of them are read right, the fitted
    /// probabilities are as sharp as can be, and nothing below 0.99 would be worth saying.
    static func temper(_ description: inout ModelDescription, like start: ModelDescription) {
        if description.temperature < min(start.temperature, 1) {
            description.temperature = min(start.temperature, 1)
            description.minimumConfidence = start.minimumConfidence ?? description.minimumConfidence
        }
        if let own = description.minimumConfidence, let most = start.minimumConfidence {
            description.minimumConfidence = min(own, most)
        }
    }

    /// The network of the model that is begun from; the usual one where that model has none.
    private func classifierConfiguration(_ labels: [String], _ start: TrainedModel) throws
        -> STEPConfiguration
    {
        if var configuration = start.description.step {
            configuration.labels = labels
            return configuration
        }
        var configuration = STEPConfiguration.preset(.step, labels: labels)
        TrainingRecipe.usual(for: labels).prepare(&configuration)
        return configuration
    }
}

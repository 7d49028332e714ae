package import Foundation
package import Gait

/// Makes a better model from a robot's labeled gaits, or finds that it is not better. Reads and writes neither store nor
/// registry.
package struct RetrainingRun: Sendable {
    /// The models that a run needs.
    package struct Models: Sendable {
        package let serving: ModelFile
        /// The classifier to start from.
        package let start: ModelFile
        /// The generator that an operator wants to start from; nil for the first of ``generators`` that fits.
        package let generator: ModelFile?
        /// Paths of generators to start from, the best first; they need not exist.
        package let generators: [String]
        /// Shows some of the gaits as the robot's camera would; nil for none.
        package let lifted: LiftedView?

        package init(
            serving: ModelFile, start: ModelFile, generator: ModelFile?, generators: [String],
            lifted: LiftedView? = nil
        ) {
            (self.serving, self.start) = (serving, start)
            (self.generator, self.generators, self.lifted) = (generator, generators, lifted)
        }
    }

    /// What a run gave.
    package struct Candidate: Sendable {
        package let verdict: PromotionDecision
        /// Nil if there were too few gaits to train for anything.
        package internal(set) var model: TrainedModel?
        /// The generator trained with it; nil if none was.
        package internal(set) var generator: TrainedModel?
        /// The numbers of the stored gaits it was trained on, ascending.
        package internal(set) var gaits: [Int64] = []
        /// Real gaits it was trained on.
        package internal(set) var trainingGaits = 0
        /// Synthetic ones, the store's and new ones.
        package internal(set) var syntheticGaits = 0
    }

    /// The share of the training gaits that choose the epoch and the temperature.
    private static let validationShare = 0.2
    /// The largest learning rate of a network that has learned already.
    private static let warmLearningRate: Float = 1e-3
    /// The shares of the remaining time for the generator and for the classifier.
    private static let (generatorShare, classifierShare) = (0.45, 0.9)
    /// How many candidates the generator makes at most for each wanted gait; the others fail ``GaitQuality``.
    private static let tries = 4
    /// The fewest gaits of a class to train on.
    private static let leastTraining = 2

    private let settings: RetrainingSettings
    private let models: Models
    /// The command line, for the training records.
    private let command: String
    private let deadline: Date
    private let observer: TrainingObserver
    private let begin: @Sendable (RetrainingStage, _ epochs: Int) -> Void

    /// - Parameters:
    ///   - started: When the budget began.
    ///   - command: The command line, for the training records.
    ///   - observer: Hears of every epoch under the name of its stage.
    ///   - begin: Hears of every stage, and the epochs of all its networks together.
    package init(
        _ settings: RetrainingSettings, models: Models, started: Date, command: String,
        observer: TrainingObserver,
        begin: @escaping @Sendable (RetrainingStage, _ epochs: Int) -> Void
    ) {
        (self.settings, self.models, self.command) = (settings, models, command)
        (self.observer, self.begin) = (observer, begin)
        deadline = settings.request.budget.map { started.addingTimeInterval($0) } ?? .distantFuture
    }

    /// Trains and compares.
    ///
    /// - Parameters:
    ///   - gaits: all gaits of the store.
    ///   - version: the new model's version, above that of the given models.
    /// - Throws: ``ModelError`` if no model can be made, ``ModelError/cancelled`` if the observer ends the work.
    package func callAsFunction(
        _ gaits: [RetrainingGait], version: (_ above: Int) -> Int
    ) throws -> Candidate {
        var gate = PromotionGate()
        gate.minimumBalancedAccuracy = settings.minimumBalancedAccuracy
        (gate.maximumRecallDrop, gate.seed) = (settings.maximumRecallDrop, settings.seed)
        let start = models.start.model
        let data = RetrainingData(gaits, known: start.description.labels, least: gate.minimumGaits)
        if let shortage = gate.shortage(of: data.heldOut, labels: data.labels) {
            return Candidate(verdict: shortage)
        }
        try data.checkTraining(least: Self.leastTraining)

        let made = try synthesize(data)
        let further = data.synthetic + (made?.gaits ?? [])
        var fitted = try train(data, from: start, further: further)
        try observer.check()

        begin(.evaluation, 0)
        let serving = models.serving
        let number = version(max(serving.model.description.version, start.description.version))
        fitted.model.description.record(
            source(version: number), seed: settings.seed, gaits: data.training, further: data.synthetic,
            epochs: fitted.epochs)
        let comparison = PromotionGate.Comparison(
            of: try EmotionClassifier(fitted.model),
            with: try EmotionClassifier(serving.model, path: serving.path), on: data.heldOut,
            isCancelled: observer.isCancelled)
        try observer.check()
        return Candidate(
            verdict: gate(comparison), model: fitted.model, generator: made?.generator, gaits: data.ids,
            trainingGaits: data.training.count, syntheticGaits: further.count)
    }

    private func source(version: Int) -> TrainingRecord.Source {
        TrainingRecord.Source(command: command, dataset: "store", version: version)
    }

    /// A share of the time that is left, seconds.
    private func remaining(_ share: Double) -> Double {
        deadline < .distantFuture ? max(deadline.timeIntervalSinceNow, 0) * share : .infinity
    }

    // MARK: - Generator

    /// New gaits of every class, and the generator that made them; nil if none are wanted.
    private func synthesize(_ data: RetrainingData) throws -> (
        gaits: [TrainingGait], generator: TrainedModel
    )? {
        guard settings.request.augmentPerClass > 0 else { return nil }
        var options = STEPGenDesign.stepGen.options
        (options.epochs, options.seed) = (settings.generatorEpochs, settings.seed)
        options.budget = remaining(Self.generatorShare)
        begin(.generator, options.epochs)
        let configuration = STEPGenDesign.stepGen.configuration(labels: data.labels)
        let fitted = try ModelTrainer.stepGen(
            configuration, data.training, from: generatorStart(configuration), options: options,
            progress: { observer.report(RetrainingStage.generator.rawValue, $0) })
        try observer.check()
        begin(.synthesis, 0)
        // A few gaits less than wanted do not matter.
        let made = try GaitGenerator(fitted.model).walks(
            perClass: settings.request.augmentPerClass, tries: Self.tries, seed: settings.seed &+ 1,
            observer: observer)
        var model = fitted.model
        model.description.record(
            source(version: 1), seed: settings.seed, gaits: data.training, epochs: [fitted.epochs])
        return (TrainingGait.synthetic(made), model)
    }

    /// The generator to start from: the operator's, or the first one with the same network.
    private func generatorStart(_ configuration: STEPGenConfiguration) -> TrainedModel? {
        if let given = models.generator { return given.model }
        for path in models.generators {
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
        let isWarm = start.description.step != nil
        let configuration = classifierConfiguration(data.labels, start)
        var options = Recipe.default(for: data.labels).options
        (options.epochs, options.seed) = (settings.request.epochs, settings.seed)
        if isWarm { options.learningRate = Self.warmLearningRate }
        options.budget = remaining(Self.classifierShare)
        // By subject, like all splits: people who are not trained on choose the epoch and the temperature.
        let (kept, validation) = GroupSplit.split(
            data.training, heldOut: Self.validationShare, seed: settings.seed)
        begin(.classifier, configuration.members * options.epochs)
        var fitted = try ModelTrainer.step(
            configuration, kept, validation: validation, further: further, from: isWarm ? start : nil,
            options: options, lifted: models.lifted, threads: settings.threads,
            progress: { observer.report(RetrainingStage.classifier.rawValue, $0) })
        fitted.model.description.name = start.description.name
        Self.temper(&fitted.model.description, like: start.description)
        return fitted
    }

    /// Takes back what two dozen validation windows cannot tell: if all of them are read right, the fitted
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

    /// The network of the start model; the default one if that model has none.
    private func classifierConfiguration(_ labels: [String], _ start: TrainedModel) -> STEPConfiguration {
        if var configuration = start.description.step {
            configuration.labels = labels
            return configuration
        }
        return Recipe.default(for: labels).network
    }
}

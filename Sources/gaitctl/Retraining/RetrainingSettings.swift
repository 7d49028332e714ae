import ArgumentParser
import Foundation
import GaitModels

/// What decides a retraining but the gaits and the models.
struct RetrainingSettings {
    /// When a new version begins to serve.
    enum Activation: String, CaseIterable, ExpressibleByArgument {
        /// Where the gate lets it.
        case ifBetter = "if-better"
        /// When the operator says so.
        case never
    }

    var gate = PromotionGate()
    var activation = Activation.ifBetter
    /// How often the classifier sees every gait.
    var epochs = 20
    /// How often the generator sees every gait.
    var generatorEpochs = 20
    /// Synthetic gaits of every class; with 0 no generator is trained.
    var perClass = 20
    var seed: UInt64 = 1
    var threads = 1
    /// The newest versions that stay in the registry.
    var keptVersions = 5
    /// A generator to begin from; nil for the registry's last.
    var generator: String?
    /// A generator to begin from where the registry has none; it need not be there.
    var packagedGenerator = InstalledModels.generator
    /// The share of the training gaits by which the epoch and the temperature are chosen.
    var validationShare = 0.2

    /// The largest learning rate of a network that has learnt already.
    private static let warmLearningRate: Float = 1e-3
    /// The share of the time that is left which the generator may take, and the classifier.
    private static let generatorShare = 0.45
    private static let classifierShare = 0.9

    /// How the generator is trained.
    func generatorOptions(until deadline: Date) -> STEPGenOptions {
        var options = STEPGenDesign.stepGen.options
        (options.epochs, options.seed) = (generatorEpochs, seed)
        options.budget = Self.share(Self.generatorShare, until: deadline)
        return options
    }

    /// How the classifier is trained.
    ///
    /// - Parameter isWarm: whether it begins from a network that has learnt already.
    func classifierOptions(for labels: [String], isWarm: Bool, until deadline: Date) -> TrainingOptions {
        var options = TrainingRecipe.usual(for: labels).options
        (options.epochs, options.seed) = (epochs, seed)
        if isWarm { options.learningRate = Self.warmLearningRate }
        options.budget = Self.share(Self.classifierShare, until: deadline)
        return options
    }

    private static func share(_ share: Double, until deadline: Date) -> Double {
        guard deadline < .distantFuture else { return .infinity }
        return max(deadline.timeIntervalSinceNow, 0) * share
    }
}

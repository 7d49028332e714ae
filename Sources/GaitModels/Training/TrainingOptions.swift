import Foundation
package import Gait
package import NeuralNetwork

/// How a network is fitted to gaits, whatever the network: what classifiers and generators share.
package struct Optimization: Codable, Sendable, Equatable {
    package var epochs = 150
    package var batch = 16
    /// The largest learning rate.
    package var learningRate: Float = 3e-3
    package var schedule = LearningRateSchedule.oneCycle
    package var weightDecay: Float = 1e-2
    /// AdamW rather than Adam.
    package var decoupled = true
    package var maximumGradientNorm: Float = 5
    /// The number of windows drawn per epoch for every 75 frames of a gait; at least one.
    package var windowsPerGait: Float = 1
    /// Epochs without a better validation loss after which a training ends; 0 for never.
    package var patience = 0
    /// Seconds after which a training ends with the best network so far; infinite for no limit.
    package var budget = Double.infinity
    /// Not part of a recipe.
    package var seed: UInt64 = 1

    enum CodingKeys: String, CodingKey {
        case epochs, batch, schedule, decoupled, patience, budget
        case learningRate = "learning_rate"
        case weightDecay = "weight_decay"
        case maximumGradientNorm = "maximum_gradient_norm"
        case windowsPerGait = "windows_per_gait"
    }

    package init() {}

    /// - Throws: ``ModelError/training(_:)`` naming an invalid value.
    func validate() throws(ModelError) {
        guard epochs >= 1 else { throw .training("\(epochs) epochs; at least 1 is needed") }
        guard batch >= 2 else { throw .training("a batch of \(batch); at least 2 are needed") }
        guard learningRate > 0, learningRate.isFinite else {
            throw .training("a learning rate of \(learningRate); it must be above 0")
        }
    }

    /// What a recipe may ask for.
    var ranges: [(key: String, value: Double, range: ClosedRange<Double>)] {
        [
            ("options.epochs", Double(epochs), 1...100_000), ("options.batch", Double(batch), 2...1024),
            ("options.learning_rate", Double(learningRate), 1e-7...1),
            ("options.weight_decay", Double(weightDecay), 0...1),
            ("options.maximum_gradient_norm", Double(maximumGradientNorm), 1e-6...Double.infinity),
            ("options.windows_per_gait", Double(windowsPerGait), 0...100),
            ("options.patience", Double(patience), 0...100_000),
            ("options.budget", budget, 1...Double.infinity),
        ]
    }

    /// The moment when the budget is used up, from now.
    var deadline: Date { budget.isFinite ? Date(timeIntervalSinceNow: budget) : .distantFuture }

    /// The optimizer of a network's parameters.
    func optimizer(_ store: ParameterStore) -> Adam {
        var options = Adam.Options()
        options.weightDecay = weightDecay
        options.decoupled = decoupled
        options.maximumGradientNorm = maximumGradientNorm
        return Adam(store, options: options)
    }

    /// How many windows of so many frames are drawn from a gait per epoch.
    func draws(of gait: Gait, window: Int) -> Int {
        max(1, Int((windowsPerGait * Float(gait.frames) / Float(window)).rounded()))
    }

    /// Ranges of at most a batch. A last range of a single window is left out, since a batch of one has no variance.
    func batches(_ count: Int) -> [Range<Int>] {
        stride(from: 0, to: count, by: batch).map { $0..<min($0 + batch, count) }.filter { $0.count > 1 }
    }
}

/// Everything that decides the training of a classifier, except its network and the gaits.
@dynamicMemberLookup
package struct TrainingOptions: Sendable, Equatable {
    /// How the network is fitted.
    package var optimization = Optimization()
    package var dropout: Float = 0
    package var labelSmoothing: Float = 0.1
    /// Whether each class counts the same in the loss, however many gaits it has.
    package var balanced = true
    package var augmentation = Augmentation()
    /// The share of the varied gaits that are seen through a camera and a lifter, if there is one.
    package var lifted: Float = 0
    /// How many windows of unlabeled gaits, if there are any, an epoch has for each of labeled ones.
    package var unlabeled: Float = 2
    /// The features used, as indices into ``AffectiveFeatures/names``.
    package var affectiveFeatures = Array(0..<AffectiveFeatures.count)
    package var affectiveOrigin = AffectiveOrigin.root
    /// Whether a gait is turned to a common heading before its features are computed.
    package var affectiveTurned = true
    /// How often a gait is smoothed before its features are computed.
    package var affectiveSmoothing = 0
    package var affectiveSpread = AffectiveScaling.Spread.deviation
    /// The largest magnitude of a scaled feature.
    package var affectiveLimit: Float = 4

    package init() {}

    /// The optimization's values, as if they were here.
    package subscript<Value>(dynamicMember path: WritableKeyPath<Optimization, Value>) -> Value {
        get { optimization[keyPath: path] }
        set { optimization[keyPath: path] = newValue }
    }

    /// - Throws: ``ModelError/training(_:)`` naming an invalid value.
    func validate() throws(ModelError) {
        try optimization.validate()
        guard (0..<1).contains(dropout), (0..<1).contains(labelSmoothing) else {
            throw .training(
                "dropout \(dropout) and label smoothing \(labelSmoothing), they must be at least 0 and below 1"
            )
        }
    }
}

extension TrainingOptions: Codable {
    enum CodingKeys: String, CodingKey {
        case optimization, dropout, balanced, augmentation, lifted, unlabeled
        case labelSmoothing = "label_smoothing"
        case affectiveFeatures = "affective_features"
        case affectiveOrigin = "affective_origin"
        case affectiveTurned = "affective_turned"
        case affectiveSmoothing = "affective_smoothing"
        case affectiveSpread = "affective_spread"
        case affectiveLimit = "affective_limit"
    }
}

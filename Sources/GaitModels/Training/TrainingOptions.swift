package import Gait
package import NeuralNetwork

/// Everything that decides a training but the gaits.
package struct TrainingOptions: Sendable {
    package var epochs = 150
    package var batch = 16
    /// The largest learning rate.
    package var learningRate: Float = 3e-3
    package var schedule = LearningRateSchedule.oneCycle
    package var weightDecay: Float = 1e-2
    /// AdamW rather than Adam.
    package var decoupled = true
    package var maximumGradientNorm: Float = 5
    package var dropout: Float = 0
    package var labelSmoothing: Float = 0.1
    /// Whether each class counts the same in the loss, however many gaits it has.
    package var balanced = true
    package var augmentation = Augmentation()
    /// How many windows are drawn per epoch from a gait, for every 75 frames of it.
    package var windowsPerGait: Float = 1
    /// Epochs without a better validation loss after which a training ends; 0 for never.
    package var patience = 0
    /// Seconds after which a training ends with the best network so far; infinite for no limit.
    package var budget = Double.infinity
    package var seed: UInt64 = 1
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

    /// - Throws: ``ModelError/training(_:)`` naming what nothing can be trained with.
    func validate() throws(ModelError) {
        guard epochs >= 1 else { throw .training("\(epochs) epochs, at least 1 is needed") }
        guard batch >= 2 else { throw .training("a batch of \(batch), at least 2 are needed") }
        guard learningRate > 0, learningRate.isFinite else {
            throw .training("a learning rate of \(learningRate), it must be above 0")
        }
        guard (0..<1).contains(dropout), (0..<1).contains(labelSmoothing) else {
            throw .training("dropout \(dropout) and label smoothing \(labelSmoothing), they are 0 to below 1")
        }
    }
}

/// How far a training is.
package struct TrainingProgress: Sendable {
    /// Which of the networks that are averaged, from 0.
    package let member: Int
    /// Epochs done.
    package let epoch: Int
    package let epochs: Int
    /// The mean training loss of the last epoch.
    package let loss: Float
    /// The figure by which the best epoch is chosen; nil without a validation split.
    package let validationLoss: Float?
}

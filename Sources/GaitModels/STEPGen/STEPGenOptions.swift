package import NeuralNetwork

/// Everything that decides the training of a STEP-Gen but its network and the gaits.
package struct STEPGenOptions: Sendable {
    package var epochs = 150
    package var batch = 8
    /// The largest learning rate.
    package var learningRate: Float = 3e-3
    package var schedule = LearningRateSchedule.oneCycle
    package var weightDecay: Float = 5e-4
    /// AdamW rather than Adam.
    package var decoupled = true
    package var maximumGradientNorm: Float = 5
    /// The share of the epochs over which the divergence's weight grows from 0, lest latents say nothing.
    package var warmUp: Float = 0
    /// Whether as many windows are drawn of every class.
    package var balanced = true
    package var augmentation = Augmentation()
    /// How many windows are drawn per epoch from a gait, for every 75 frames of it.
    package var windowsPerGait: Float = 1
    /// Epochs without a better validation loss after which a training ends; 0 for never.
    package var patience = 0
    /// Seconds after which a training ends with the best network so far; infinite for no limit.
    package var budget = Double.infinity
    package var seed: UInt64 = 1

    package init() {}

    /// - Throws: ``ModelError/training(_:)`` naming what nothing can be trained with.
    func validate() throws(ModelError) {
        guard epochs >= 1, batch >= 2 else {
            throw .training("\(epochs) epochs in batches of \(batch), at least 1 and 2 are needed")
        }
        guard learningRate > 0, learningRate.isFinite else {
            throw .training("a learning rate of \(learningRate), it must be above 0")
        }
        guard (0...1).contains(warmUp) else { throw .training("a warm-up of \(warmUp), it is 0 to 1") }
    }
}

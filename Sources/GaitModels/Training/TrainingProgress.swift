/// How far the training of one network is.
package struct TrainingProgress: Sendable {
    /// Which of the networks that are averaged, from 0.
    package let member: Int
    /// Epochs done.
    package let epoch: Int
    package let epochs: Int
    /// The mean training loss of the last epoch.
    package let loss: Float
    /// The figure that chooses the best epoch; nil without a validation split.
    package let validationLoss: Float?
}

/// Follows long work and may end it. Both closures are called from any thread.
package struct TrainingObserver: Sendable {
    /// Hears of every epoch, and which part of the work it belongs to.
    private let epoch: @Sendable (_ part: String, _ progress: TrainingProgress) -> Void
    /// Whether the work has to end.
    package let isCancelled: @Sendable () -> Bool

    package init(
        isCancelled: @escaping @Sendable () -> Bool = { false },
        epoch: @escaping @Sendable (_ part: String, _ progress: TrainingProgress) -> Void = { _, _ in }
    ) {
        (self.isCancelled, self.epoch) = (isCancelled, epoch)
    }

    /// Passes an epoch on; false if the work has to end.
    package func report(_ part: String, _ progress: TrainingProgress) -> Bool {
        epoch(part, progress)
        return !isCancelled()
    }

    /// - Throws: ``ModelError/cancelled`` if the work has to end.
    package func check() throws(ModelError) {
        if isCancelled() { throw .cancelled }
    }
}

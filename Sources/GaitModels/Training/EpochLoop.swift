import Foundation
import Gait
import NeuralNetwork

/// The epochs of a training, whatever the network: batches, learning rate, divergence, deadline, patience, and the
/// best epoch.
struct EpochLoop {
    let optimization: Optimization
    /// When the training ends with the best network so far.
    let deadline: Date
    /// Which of the networks that are averaged this is, from 0.
    var member = 0

    /// Trains a network. Its store then holds the best epoch by validation; without validation, the last one.
    ///
    /// - Parameters:
    ///   - order: the windows of one epoch as indices, in the order in which the network sees them.
    ///   - learn: adds the gradients of a batch to the store's and returns the batch's loss; it gets the batch's indices
    ///     and how far the training is, 0 to below 1.
    ///   - mean: the mean of an epoch's losses.
    ///   - total: the number that a loss comes to.
    ///   - validate: the loss on held-out gaits; nil if there are none.
    ///   - progress: told after every epoch; false to stop with the best network so far.
    /// - Returns: the epochs that the network in the store was trained for, and its loss: on the held-out gaits if there
    ///   are any, otherwise on the training gaits.
    /// - Throws: ``ModelError/training(_:)`` if the loss is no longer a number.
    func run<Loss>(
        _ store: ParameterStore, order: () -> [Int], learn: (_ batch: [Int], _ progress: Double) -> Loss,
        mean: ([Loss]) -> Loss, total: (Loss) -> Float, validate: () -> Loss?,
        progress: (TrainingProgress) -> Bool
    ) throws(ModelError) -> (epochs: Int, loss: Loss) {
        let adam = optimization.optimizer(store)
        var best: (loss: Loss, snapshot: [Float], epoch: Int)?
        var last = mean([])
        var epoch = 0
        while epoch < optimization.epochs, Date() < deadline {
            let order = order()
            let losses = optimization.batches(order.count).map { range in
                let done =
                    (Double(epoch) + Double(range.lowerBound) / Double(order.count))
                    / Double(optimization.epochs)
                let loss = learn(range.map { order[$0] }, done)
                adam.update(
                    learningRate: optimization.schedule.rate(at: done, peak: optimization.learningRate))
                return loss
            }
            last = mean(losses)
            epoch += 1
            guard total(last).isFinite else {
                throw .training(
                    "the training diverged in epoch \(epoch); lower the learning rate of \(optimization.learningRate)"
                )
            }
            let validation = validate()
            if let validation, total(validation) < best.map({ total($0.loss) }) ?? .infinity {
                best = (validation, store.snapshot, epoch)
            }
            let report = TrainingProgress(
                member: member, epoch: epoch, epochs: optimization.epochs, loss: total(last),
                validationLoss: validation.map(total))
            guard progress(report) else { break }
            if optimization.patience > 0, let best, epoch - best.epoch >= optimization.patience { break }
        }
        if let best { store.snapshot = best.snapshot }
        return (best?.epoch ?? epoch, best?.loss ?? last)
    }
}

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

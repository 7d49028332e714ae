import Foundation
import Gait
package import NeuralNetwork

/// How a network is fitted to gaits, whatever the network: what the trainers of classifiers and of generators share.
package struct Optimization: Sendable {
    package var epochs = 150
    package var batch = 16
    /// The largest learning rate.
    package var learningRate: Float = 3e-3
    package var schedule = LearningRateSchedule.oneCycle
    package var weightDecay: Float = 1e-2
    /// AdamW rather than Adam.
    package var decoupled = true
    package var maximumGradientNorm: Float = 5
    /// How many windows are drawn per epoch from a gait, for every 75 frames of it; at least one is.
    package var windowsPerGait: Float = 1
    /// Epochs without a better validation loss after which a training ends; 0 for never.
    package var patience = 0
    /// Seconds after which a training ends with the best network so far; infinite for no limit.
    package var budget = Double.infinity
    package var seed: UInt64 = 1

    package init() {}

    /// - Throws: ``ModelError/training(_:)`` naming what nothing can be trained with.
    func validate() throws(ModelError) {
        guard epochs >= 1 else { throw .training("\(epochs) epochs, at least 1 is needed") }
        guard batch >= 2 else { throw .training("a batch of \(batch), at least 2 are needed") }
        guard learningRate > 0, learningRate.isFinite else {
            throw .training("a learning rate of \(learningRate), it must be above 0")
        }
    }

    /// When the budget is spent, from now.
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

    /// Ranges of at most a batch; a last one of a single window is left out, since a batch of one has no
    /// variance.
    func batches(_ count: Int) -> [Range<Int>] {
        stride(from: 0, to: count, by: batch).map { $0..<min($0 + batch, count) }.filter { $0.count > 1 }
    }
}

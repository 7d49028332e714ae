import Foundation
import Gait
import NeuralNetwork

/// Trains one STEP-Gen network.
///
/// Everything random comes from one seed and everything is computed by one thread, so that the same seed on
/// the same machine gives the same bits.
struct STEPGenTrainer {
    let options: STEPGenOptions

    /// - Parameters:
    ///   - network: fresh, or trained before for a warm start.
    ///   - validation: what the best epoch is chosen by; where empty, the last epoch is kept.
    ///   - progress: told after every epoch; false to stop with the best so far.
    /// - Returns: the epochs that the network was trained for, and the loss's terms then, of the held-out gaits
    ///   where there are any.
    /// - Throws: ``ModelError/training(_:)`` where the loss is no longer a number.
    func fit(
        _ network: STEPGen, _ gaits: [TrainingGait], validation: [TrainingGait],
        progress: (TrainingProgress) -> Bool
    ) throws(ModelError) -> (epochs: Int, loss: STEPGenLoss.Terms) {
        var generator = SeededGenerator(seed: options.seed)
        var run = STEPGenStep(network, options)
        let draws = Draws(gaits, window: network.configuration.window, options)
        let loop = EpochLoop(optimization: options.optimization, deadline: options.optimization.deadline)
        return try loop.run(
            network.store,
            order: { draws.order(using: &generator) },
            learn: { batch, progress in
                run.learn(batch.map { gaits[$0] }, at: progress, using: &generator)
            },
            mean: { losses in
                var mean = STEPGenLoss.Terms()
                for loss in losses { mean.add(loss, share: 1 / Float(losses.count)) }
                return mean
            },
            total: { $0.total },
            validate: {
                validation.isEmpty
                    ? nil : run.evaluate(validation, batch: options.batch, using: &generator)
            },
            progress: progress)
    }

    /// Which gaits an epoch sees, and how often.
    private struct Draws {
        private let classes: [[Int]]
        private let perClass: Int?

        init(_ gaits: [TrainingGait], window: Int, _ options: STEPGenOptions) {
            var classes: [Int: [Int]] = [:]
            for (index, gait) in gaits.enumerated() {
                classes[gait.label, default: []] += Array(
                    repeating: index, count: options.optimization.draws(of: gait.gait, window: window))
            }
            self.classes = classes.sorted { $0.key < $1.key }.map(\.value)
            let total = self.classes.reduce(0) { $0 + $1.count }
            perClass = options.balanced ? (total + self.classes.count - 1) / max(self.classes.count, 1) : nil
        }

        func order(using generator: inout SeededGenerator) -> [Int] {
            let drawn = classes.flatMap { own -> [Int] in
                guard let perClass else { return own }
                var drawn: [Int] = []
                while drawn.count < perClass {
                    drawn += own.shuffled(using: &generator).prefix(perClass - drawn.count)
                }
                return drawn
            }
            return drawn.shuffled(using: &generator)
        }
    }
}

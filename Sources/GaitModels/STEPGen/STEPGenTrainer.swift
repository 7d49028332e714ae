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
    ) throws(ModelError) -> (epochs: Int, terms: STEPGenLoss.Terms) {
        let deadline = options.optimisation.deadline
        var generator = SeededGenerator(seed: options.seed)
        var run = STEPGenStep(network, options)
        let draws = Draws(gaits, window: network.configuration.window, options)
        var best: (terms: STEPGenLoss.Terms, snapshot: [Float], epoch: Int)?
        var last = STEPGenLoss.Terms()
        var epoch = 0
        while epoch < options.epochs, Date() < deadline {
            let order = draws.order(using: &generator)
            let ranges = options.optimisation.batches(order.count)
            last = STEPGenLoss.Terms()
            for range in ranges {
                let done =
                    (Double(epoch) + Double(range.lowerBound) / Double(order.count)) / Double(options.epochs)
                let terms = run.step(range.map { gaits[order[$0]] }, at: done, using: &generator)
                last.add(terms, share: 1 / Float(ranges.count))
            }
            epoch += 1
            guard last.total.isFinite else {
                throw .training(
                    "the training diverged in epoch \(epoch); lower the learning rate of \(options.learningRate)"
                )
            }
            let judged =
                validation.isEmpty ? nil : run.evaluate(validation, batch: options.batch, using: &generator)
            if let judged, judged.total < best?.terms.total ?? .infinity {
                best = (judged, network.store.snapshot, epoch)
            }
            let report = TrainingProgress(
                member: 0, epoch: epoch, epochs: options.epochs, loss: last.total,
                validationLoss: judged?.total)
            guard progress(report) else { break }
            if options.patience > 0, let best, epoch - best.epoch >= options.patience { break }
        }
        if let best { network.store.snapshot = best.snapshot }
        return (best?.epoch ?? epoch, best?.terms ?? last)
    }

    /// Which gaits an epoch sees, and how often.
    private struct Draws {
        private let classes: [[Int]]
        private let perClass: Int?

        init(_ gaits: [TrainingGait], window: Int, _ options: STEPGenOptions) {
            var classes: [Int: [Int]] = [:]
            for (index, gait) in gaits.enumerated() {
                classes[gait.label, default: []] += Array(
                    repeating: index, count: options.optimisation.draws(of: gait.gait, window: window))
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

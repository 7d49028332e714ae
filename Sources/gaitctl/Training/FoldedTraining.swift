import Foundation
import Gait
import GaitModels

/// Measures a recipe: each fold is classified by a model trained on the other folds.
struct FoldedTraining {
    let training: Training
    let folds: Int

    /// What became of one fold's held-out gaits.
    struct HeldOut: Sendable {
        let gaits: [TrainingGait]
        let evaluation: Evaluation.Result
        /// One per condition of ``SourceRobustness``.
        let robustness: [SourceRobustness.Result]
    }

    /// All folds, in order.
    struct Result: Sendable {
        let folds: [HeldOut]
        let seconds: Double

        /// What every fold's model said of gaits that it had not seen.
        var outcomes: [ClassificationMetrics.Outcome] { folds.flatMap(\.evaluation.outcomes) }
    }

    /// Trains the folds, as many side by side as there are threads.
    ///
    /// - Parameter monitor: told after every epoch; counts ``Training/epochsPerModel`` for each fold.
    /// - Throws: `CommandFailure.interrupted` after Ctrl-C.
    func run(_ gaits: [TrainingGait], monitor: TrainingMonitor) throws -> Result {
        let fold = GroupSplit.folds(gaits, count: folds, seed: training.options.seed)
        guard Set(fold).count == folds else {
            throw CommandFailure.failure(
                "\(Set(gaits.map(\.group)).count) recordings cannot be dealt into \(folds) folds")
        }
        let started = Date()
        let results = try ParallelWork.map(count: folds, threads: training.threads) { number in
            try Interruption.check()
            let rest = gaits.indices.filter { fold[$0] != number }.map { gaits[$0] }
            let held = gaits.indices.filter { fold[$0] == number }.map { gaits[$0] }
            let fitted = try training.fit(rest, validation: [], heldOut: held, threads: 1) {
                monitor.epoch("fold \(number + 1)/\(folds)", $0)
            }
            try Interruption.check()
            return try judge(EmotionClassifier(fitted.model), on: held)
        }
        return Result(folds: results, seconds: Date().timeIntervalSince(started))
    }

    private func judge(_ classifier: EmotionClassifier, on held: [TrainingGait]) -> HeldOut {
        let (gaits, labels) = (held.map(\.gait), held.map(\.label))
        return HeldOut(
            gaits: held, evaluation: Evaluation.run(classifier, gaits: gaits, labels: labels),
            robustness: SourceRobustness.run(
                classifier, gaits: gaits, labels: labels, seed: training.options.seed))
    }
}

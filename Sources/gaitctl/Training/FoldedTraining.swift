import Foundation
import Gait
import GaitModels

/// Measures a recipe: each fold is classified by a model trained on the other folds.
struct FoldedTraining {
    let training: Training
    let folds: Int

    /// What `gaitctl train --folds` prints.
    struct Report: Encodable {
        let method: String
        let seed: UInt64
        let seconds: Double
        let folds: [Fold]
        let pooled: ClassificationReport

        /// One fold's held-out recordings.
        struct Fold: Encodable {
            let fold: Int
            let trainingGaits: Int
            let heldOutGaits: Int
            let heldOutGroups: [String]
            let balancedAccuracy: Double

            enum CodingKeys: String, CodingKey {
                case fold
                case trainingGaits = "training_gaits"
                case heldOutGaits = "held_out_gaits"
                case heldOutGroups = "held_out_groups"
                case balancedAccuracy = "fold_balanced_accuracy"
            }
        }

        enum CodingKeys: String, CodingKey {
            case method, seed, seconds, folds
        }

        func encode(to encoder: any Encoder) throws {
            try pooled.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(method, forKey: .method)
            try container.encode(seed, forKey: .seed)
            try container.encode(seconds, forKey: .seconds)
            try container.encode(folds, forKey: .folds)
        }

        var text: String {
            let each = folds.map { String(format: "%.4f", $0.balancedAccuracy) }.joined(separator: " ")
            return "\(pooled.text)\nfold_balanced_accuracy: \(each) (\(Int(seconds)) s)"
        }
    }

    /// Trains the folds, as many side by side as there are threads.
    ///
    /// - Throws: `CommandFailure.interrupted` after Ctrl-C.
    func run(_ gaits: [TrainingGait]) throws -> Report {
        let fold = GroupSplit.folds(gaits, count: folds, seed: training.options.seed)
        guard Set(fold).count == folds else {
            throw CommandFailure.failure(
                "\(Set(gaits.map(\.group)).count) recordings cannot be dealt into \(folds) folds")
        }
        let started = Date()
        let members = training.method == .step ? training.configuration.members : 0
        let monitor = TrainingMonitor(total: folds * members * training.options.epochs)
        defer { monitor.finish() }
        let results = try ParallelWork.map(count: folds, threads: training.threads) { number in
            try Interruption.check()
            let rest = gaits.indices.filter { fold[$0] != number }.map { gaits[$0] }
            let fitted = try training.fit(rest, validation: [], threads: 1) {
                monitor.epoch("fold \(number + 1)/\(folds)", $0)
            }
            try Interruption.check()
            let held = gaits.indices.filter { fold[$0] == number }.map { gaits[$0] }
            return Evaluation.run(
                try EmotionClassifier(fitted.model), gaits: held.map(\.gait), labels: held.map(\.label))
        }
        return report(gaits, fold: fold, results: results, seconds: Date().timeIntervalSince(started))
    }

    private func report(
        _ gaits: [TrainingGait], fold: [Int], results: [Evaluation.Result], seconds: Double
    ) -> Report {
        var outcomes: [ClassificationMetrics.Outcome] = []
        var recordings: [String] = []
        let each = results.enumerated().map { number, result in
            let held = gaits.indices.filter { fold[$0] == number }.map { gaits[$0] }
            outcomes += result.outcomes
            recordings += result.gaits.map { held[$0].group }
            let metrics = ClassificationMetrics(result.outcomes, classes: training.labels.count)
            return Report.Fold(
                fold: number, trainingGaits: gaits.count - held.count, heldOutGaits: held.count,
                heldOutGroups: Set(held.map(\.group)).sorted(), balancedAccuracy: metrics.balancedAccuracy)
        }
        return Report(
            method: training.method.rawValue, seed: training.options.seed, seconds: seconds, folds: each,
            pooled: ClassificationReport(outcomes, recordings: recordings, labels: training.labels))
    }
}

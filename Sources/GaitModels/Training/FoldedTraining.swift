import Foundation
import Gait

/// Measures a recipe: each fold is classified by a model that was trained on the other folds.
package struct FoldedTraining: Sendable {
    package let training: ClassifierTraining
    package let folds: Int

    package init(training: ClassifierTraining, folds: Int) {
        (self.training, self.folds) = (training, folds)
    }

    /// How the held-out gaits of one fold were classified.
    package struct HeldOut: Sendable {
        let gaits: [TrainingGait]
        let evaluation: Evaluation.Result
        /// One per condition of ``SourceRobustness``.
        let robustness: [SourceRobustness.Result]
    }

    /// All folds, in order.
    package struct Result: Sendable {
        let folds: [HeldOut]
        let seconds: Double

        /// How each fold's model classified gaits that it had not seen.
        package var outcomes: [ClassificationMetrics.Outcome] { folds.flatMap(\.evaluation.outcomes) }
        /// The group of each outcome's gait.
        var groups: [String] {
            folds.flatMap { fold in fold.evaluation.gaits.map { fold.gaits[$0].group } }
        }
    }

    /// Trains the folds, as many side by side as there are threads.
    ///
    /// - Parameter observer: hears of ``ClassifierTraining/epochsPerModel`` epochs for each fold.
    /// - Throws: ``ModelError/training(_:)`` if there are too few recordings or they cannot be trained on,
    ///   ``ModelError/cancelled`` if the observer ends the work.
    package func run(_ gaits: [TrainingGait], observer: TrainingObserver) throws -> Result {
        let splits = try GroupSplit.splits(gaits, folds: folds, seed: training.options.seed)
        let started = Date()
        let results = try ParallelWork.map(count: folds, threads: training.threads) { number in
            try observer.check()
            let (kept, heldOut) = splits[number]
            let fitted = try training.fit(
                kept, validation: [], heldOut: heldOut, threads: 1, observer: observer
            ) { observer.report("fold \(number + 1)/\(folds)", $0) }
            try observer.check()
            return try test(EmotionClassifier(fitted.model), on: heldOut)
        }
        return Result(folds: results, seconds: Date().timeIntervalSince(started))
    }

    private func test(_ classifier: EmotionClassifier, on heldOut: [TrainingGait]) -> HeldOut {
        let (gaits, labels) = (heldOut.map(\.gait), heldOut.map(\.label))
        return HeldOut(
            gaits: heldOut, evaluation: Evaluation.run(classifier, gaits: gaits, labels: labels),
            robustness: SourceRobustness.run(
                classifier, gaits: gaits, labels: labels, seed: training.options.seed))
    }
}

/// The figures of all folds, as `--json` prints them.
///
/// The probabilities of every fold are calibrated by the held-out outcomes of the *other* folds, so that no recording takes
/// part in the calibration that it is tested with.
package struct FoldedReport: Encodable, Sendable {
    package let method: String
    package let seed: UInt64
    package let seconds: Double
    package let folds: [Fold]
    package let pooled: ClassificationReport
    package let calibration: CalibrationReport
    package let robustness: [RobustnessReport]

    /// One fold's held-out recordings.
    package struct Fold: Encodable, Sendable {
        let fold: Int
        let trainingGaits: Int
        let heldOutGaits: Int
        let heldOutGroups: [String]
        package let balancedAccuracy: Double

        enum CodingKeys: String, CodingKey {
            case fold
            case trainingGaits = "training_gaits"
            case heldOutGaits = "held_out_gaits"
            case heldOutGroups = "held_out_groups"
            case balancedAccuracy = "fold_balanced_accuracy"
        }
    }

    enum CodingKeys: String, CodingKey {
        case method, seed, seconds, folds, calibration, robustness
    }

    package init(_ result: FoldedTraining.Result, training: ClassifierTraining) {
        method = training.method.rawValue
        seed = training.options.seed
        seconds = result.seconds
        let classes = training.labels.count
        let total = result.folds.reduce(0) { $0 + $1.gaits.count }
        folds = result.folds.enumerated().map { number, fold in
            Fold(
                fold: number, trainingGaits: total - fold.gaits.count, heldOutGaits: fold.gaits.count,
                heldOutGroups: Set(fold.gaits.map(\.group)).sorted(),
                balancedAccuracy: ClassificationMetrics(fold.evaluation.outcomes, classes: classes)
                    .balancedAccuracy)
        }
        let calibrations = result.folds.indices.map { number in
            Calibration(
                fitting: result.folds.indices.filter { $0 != number }.flatMap {
                    result.folds[$0].evaluation.outcomes
                })
        }
        let foldOfOutcome = result.folds.enumerated().flatMap { number, fold in
            Array(repeating: number, count: fold.evaluation.outcomes.count)
        }
        calibration = CalibrationReport(
            result.outcomes, calibrations: calibrations, fold: foldOfOutcome, classes: classes)
        pooled = ClassificationReport(
            zip(result.outcomes, foldOfOutcome).map { calibrations[$1].apply(to: $0) },
            recordings: result.groups, labels: training.labels)
        robustness = SourceRobustness.conditions.enumerated().map { index, condition in
            var all = SourceRobustness.Result()
            for fold in result.folds { all.add(fold.robustness[index]) }
            return RobustnessReport(condition, all, classes: classes)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        try pooled.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(method, forKey: .method)
        try container.encode(seed, forKey: .seed)
        try container.encode(seconds, forKey: .seconds)
        try container.encode(folds, forKey: .folds)
        try container.encode(calibration, forKey: .calibration)
        try container.encode(robustness, forKey: .robustness)
    }
}

/// Measures STEP+Aug against STEP: the same folds and seeds, with synthetic gaits and without.
package struct AugmentedTraining: Sendable {
    /// With synthetic gaits.
    let training: ClassifierTraining
    let folds: Int
    /// How many seeds, one after the other from the training's.
    let repeats: Int

    package init(training: ClassifierTraining, folds: Int, repeats: Int) {
        (self.training, self.folds, self.repeats) = (training, folds, repeats)
    }

    private var plain: ClassifierTraining {
        var plain = training
        plain.synthetic = nil
        return plain
    }

    /// The epochs of all trainings, for the progress.
    package var epochs: Int { repeats * folds * (training.epochsPerModel + plain.epochsPerModel) }

    /// The figures of the first seed with synthetic gaits, and the comparison.
    package struct Report: Encodable, Sendable {
        package let figures: FoldedReport
        package let comparison: Comparison

        enum CodingKeys: String, CodingKey {
            case comparison = "augmentation"
        }

        package func encode(to encoder: any Encoder) throws {
            try figures.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(comparison, forKey: .comparison)
        }
    }

    /// Balanced accuracies with and without synthetic gaits.
    package struct Comparison: Encodable, Sendable {
        package let perClass: Int
        package let seeds: [Seed]
        /// How much synthetic gaits add, the mean over the seeds.
        package let difference: Double
        /// The 95 % interval of the difference, recordings resampled.
        package let differenceInterval: [Double]

        package struct Seed: Encodable, Sendable {
            package let seed: UInt64
            package let with: Double
            package let without: Double
        }
    }

    /// - Throws: ``ModelError/cancelled`` if the observer ends the work, and what ``FoldedTraining/run(_:observer:)``
    ///   throws.
    package func run(_ gaits: [TrainingGait], observer: TrainingObserver) throws -> Report {
        var pairs: [ClassificationMetrics.Pair] = []
        var seeds: [Comparison.Seed] = []
        var figures: FoldedReport?
        for repetition in 0..<repeats {
            let seed = training.options.seed + UInt64(repetition)
            let with = try folded(training, seed).run(gaits, observer: observer)
            let without = try folded(plain, seed).run(gaits, observer: observer)
            pairs.append(.init(with.outcomes, against: without.outcomes, recordings: with.groups))
            seeds.append(
                .init(seed: seed, with: balanced(with.outcomes), without: balanced(without.outcomes)))
            figures = figures ?? FoldedReport(with, training: training)
        }
        guard let figures else { throw ModelError.training("there is no seed to measure") }
        let interval = ClassificationMetrics.gainInterval(pairs, classes: training.labels.count, seed: 1)
        let gains = seeds.map { $0.with - $0.without }
        return Report(
            figures: figures,
            comparison: Comparison(
                perClass: training.synthetic?.perClass ?? 0, seeds: seeds,
                difference: gains.reduce(0, +) / Double(gains.count),
                differenceInterval: [interval.lowerBound, interval.upperBound]))
    }

    private func folded(_ training: ClassifierTraining, _ seed: UInt64) -> FoldedTraining {
        var training = training
        training.options.seed = seed
        training.synthetic?.options.seed = seed
        return FoldedTraining(training: training, folds: folds)
    }

    private func balanced(_ outcomes: [ClassificationMetrics.Outcome]) -> Double {
        ClassificationMetrics(outcomes, classes: training.labels.count).balancedAccuracy
    }
}

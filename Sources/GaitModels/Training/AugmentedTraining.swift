import Gait

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

        enum CodingKeys: String, CodingKey {
            case seeds, difference
            case perClass = "per_class"
            case differenceInterval = "difference_interval"
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

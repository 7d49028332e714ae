import Foundation
import GaitModels

/// Measures STEP+Aug against STEP: the same folds, the same seeds, with synthetic gaits and without.
struct AugmentedTraining {
    /// With synthetic gaits.
    let training: Training
    let folds: Int
    /// How many seeds, one after the other from the training's.
    let repeats: Int

    /// What `gaitctl train --folds --augment` prints: the figures of the first seed with synthetic gaits, and the
    /// comparison.
    struct Report: Encodable {
        let figures: FoldedReport
        let comparison: Comparison

        enum CodingKeys: String, CodingKey {
            case comparison = "augmentation"
        }

        func encode(to encoder: any Encoder) throws {
            try figures.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(comparison, forKey: .comparison)
        }

        var text: String { "\(figures.text)\n\(comparison.text)" }
    }

    /// Balanced accuracies with and without synthetic gaits.
    struct Comparison: Encodable {
        let perClass: Int
        let seeds: [Seed]
        /// The mean over the seeds of what synthetic gaits add.
        let difference: Double
        /// Its 95 % interval, recordings resampled.
        let differenceInterval: [Double]

        struct Seed: Encodable {
            let seed: UInt64
            let with: Double
            let without: Double
        }

        enum CodingKeys: String, CodingKey {
            case seeds, difference
            case perClass = "per_class"
            case differenceInterval = "difference_interval"
        }

        var text: String {
            func figure(_ value: Double) -> String { String(format: "%+.3f", value) }
            let each = seeds.map {
                "seed \($0.seed) \(String(format: "%.3f", $0.with)) against \(String(format: "%.3f", $0.without))"
            }
            return "with \(perClass) synthetic gaits of every class against without: "
                + "\(each.joined(separator: ", ")); "
                + "difference \(figure(difference)) (95 % \(figure(differenceInterval[0])) to "
                + "\(figure(differenceInterval[1])))"
        }
    }

    /// - Throws: `CommandFailure.interrupted` after Ctrl-C.
    func run(_ gaits: [TrainingGait]) throws -> Report {
        var plain = training
        plain.synthetic = nil
        let monitor = TrainingMonitor(
            total: repeats * folds * (training.epochsPerModel + plain.epochsPerModel))
        defer { monitor.finish() }
        var pairs: [ClassificationMetrics.Pair] = []
        var seeds: [Comparison.Seed] = []
        var figures: FoldedReport?
        for repetition in 0..<repeats {
            let seed = training.options.seed + UInt64(repetition)
            let with = try folded(training, seed).run(gaits, monitor: monitor)
            let without = try folded(plain, seed).run(gaits, monitor: monitor)
            let recordings = with.folds.flatMap { fold in
                fold.evaluation.gaits.map { fold.gaits[$0].group }
            }
            pairs.append(.init(with.outcomes, against: without.outcomes, recordings: recordings))
            seeds.append(
                .init(seed: seed, with: balanced(with.outcomes), without: balanced(without.outcomes)))
            figures = figures ?? FoldedReport(with, training: training)
        }
        let interval = ClassificationMetrics.gainInterval(pairs, classes: training.labels.count, seed: 1)
        let gains = seeds.map { $0.with - $0.without }
        guard let figures else { throw CommandFailure.interrupted }
        return Report(
            figures: figures,
            comparison: Comparison(
                perClass: training.synthetic?.perClass ?? 0, seeds: seeds,
                difference: gains.reduce(0, +) / Double(gains.count),
                differenceInterval: [interval.lowerBound, interval.upperBound]))
    }

    private func folded(_ training: Training, _ seed: UInt64) -> FoldedTraining {
        var training = training
        training.options.seed = seed
        training.synthetic?.options.seed = seed
        return FoldedTraining(training: training, folds: folds)
    }

    private func balanced(_ outcomes: [ClassificationMetrics.Outcome]) -> Double {
        ClassificationMetrics(outcomes, classes: training.labels.count).balancedAccuracy
    }
}

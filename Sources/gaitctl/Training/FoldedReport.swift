import Foundation
import Gait
import GaitModels

/// What `gaitctl train --folds` prints.
///
/// Every fold's probabilities are calibrated by what the models of the other folds said of *their* held-out
/// recordings, so that no recording has a part in the calibration that it is judged with.
struct FoldedReport: Encodable {
    let method: String
    let seed: UInt64
    let seconds: Double
    let folds: [Fold]
    let pooled: ClassificationReport
    let calibration: CalibrationReport
    let robustness: [RobustnessReport]

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
        case method, seed, seconds, folds, calibration, robustness
    }

    init(_ result: FoldedTraining.Result, training: Training) {
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
            recordings: result.folds.flatMap { fold in fold.evaluation.gaits.map { fold.gaits[$0].group } },
            labels: training.labels)
        robustness = SourceRobustness.conditions.enumerated().map { index, condition in
            var all = SourceRobustness.Result()
            for fold in result.folds { all.add(fold.robustness[index]) }
            return RobustnessReport(condition, all, classes: classes)
        }
    }

    func encode(to encoder: any Encoder) throws {
        try pooled.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(method, forKey: .method)
        try container.encode(seed, forKey: .seed)
        try container.encode(seconds, forKey: .seconds)
        try container.encode(folds, forKey: .folds)
        try container.encode(calibration, forKey: .calibration)
        try container.encode(robustness, forKey: .robustness)
    }

    var text: String {
        let each = folds.map { String(format: "%.4f", $0.balancedAccuracy) }.joined(separator: " ")
        let sources = robustness.map { "  \($0.text)" }.joined(separator: "\n")
        return """
            \(pooled.text)
            \(calibration.text)
            seen through other sources:
            \(sources)
            fold_balanced_accuracy: \(each) (\(Int(seconds)) s)
            """
    }
}

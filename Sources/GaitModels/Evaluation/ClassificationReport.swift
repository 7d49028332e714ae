/// The metrics of an evaluation, as `--json` prints them.
package struct ClassificationReport: Encodable, Sendable {
    package let windows: Int
    package let accuracy: Double
    package let balancedAccuracy: Double
    /// The 95 % interval of the balanced accuracy, recordings resampled.
    package let balancedAccuracyInterval: [Double]
    package let macroF1: Double
    /// By label; null if there is no gait with the label.
    package let recall: [String: Double?]
    /// The classes, in the order of ``confusion``.
    package let labels: [String]
    /// Windows by true class (rows) and predicted class (columns).
    package let confusion: [[Int]]
    package let calibrationError: Double

    enum CodingKeys: String, CodingKey {
        case windows, accuracy, recall, labels, confusion
        case balancedAccuracy = "balanced_accuracy"
        case balancedAccuracyInterval = "balanced_accuracy_interval"
        case macroF1 = "macro_f1"
        case calibrationError = "ece"
    }

    /// - Parameter recordings: the recording of each outcome.
    package init(_ outcomes: [ClassificationMetrics.Outcome], recordings: [String], labels: [String]) {
        let metrics = ClassificationMetrics(outcomes, classes: labels.count)
        let interval = ClassificationMetrics.interval(
            outcomes, recordings: recordings, classes: labels.count, seed: 1)
        windows = metrics.count
        accuracy = metrics.accuracy
        balancedAccuracy = metrics.balancedAccuracy
        balancedAccuracyInterval = [interval.lowerBound, interval.upperBound]
        macroF1 = metrics.macroF1
        recall = Dictionary(uniqueKeysWithValues: zip(labels, metrics.recall))
        self.labels = labels
        confusion = metrics.confusion
        calibrationError = metrics.expectedCalibrationError
    }
}

/// The windows for which a model with a threshold does not abstain.
package struct AbstentionReport: Encodable, Sendable {
    /// The share of windows at or above the threshold.
    package let coverage: Double
    /// The share of these that are correct; null if there are none.
    package let coveredAccuracy: Double?

    /// - Parameters:
    ///   - outcomes: with calibrated probabilities.
    ///   - threshold: by the outcome's place.
    package init(_ outcomes: [ClassificationMetrics.Outcome], threshold: (Int) -> Float) {
        let covered = outcomes.indices.filter { index in
            outcomes[index].probabilities[outcomes[index].predicted] >= threshold(index)
        }
        let right = covered.count { outcomes[$0].predicted == outcomes[$0].label }
        coverage = outcomes.isEmpty ? 0 : Double(covered.count) / Double(outcomes.count)
        coveredAccuracy = covered.isEmpty ? nil : Double(right) / Double(covered.count)
    }
}

/// The effect of calibration on windows that it was not fitted on.
package struct CalibrationReport: Encodable, Sendable {
    /// The temperature of each fold.
    package let temperatures: [Float]
    /// The confidence below which each fold's model abstains.
    package let thresholds: [Float]
    /// The calibration error before.
    package let uncalibratedError: Double
    package let abstention: AbstentionReport

    enum CodingKeys: String, CodingKey {
        case temperatures, thresholds
        case uncalibratedError = "uncalibrated_ece"
    }

    /// - Parameters:
    ///   - outcomes: before calibration.
    ///   - calibrations: one for each fold, fitted without the fold's own recordings.
    ///   - fold: the fold of each outcome.
    init(
        _ outcomes: [ClassificationMetrics.Outcome], calibrations: [Calibration], fold: [Int], classes: Int
    ) {
        temperatures = calibrations.map(\.temperature)
        thresholds = calibrations.map(\.threshold)
        uncalibratedError = ClassificationMetrics(outcomes, classes: classes).expectedCalibrationError
        abstention = AbstentionReport(zip(outcomes, fold).map { calibrations[$1].apply(to: $0) }) {
            calibrations[fold[$0]].threshold
        }
    }

    package func encode(to encoder: any Encoder) throws {
        try abstention.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(temperatures, forKey: .temperatures)
        try container.encode(thresholds, forKey: .thresholds)
        try container.encode(uncalibratedError, forKey: .uncalibratedError)
    }
}

/// How held-out windows were classified when seen through a worse source.
package struct RobustnessReport: Encodable, Sendable {
    /// The source.
    package let name: String
    /// The share of windows with the same label as the undisturbed ones.
    package let sameLabel: Double
    package let balancedAccuracy: Double
    /// The largest difference of a probability, before calibration.
    package let largestDifference: Float

    init(_ condition: SourceRobustness.Condition, _ result: SourceRobustness.Result, classes: Int) {
        name = condition.name
        let count = result.outcomes.count
        sameLabel = count == 0 ? 0 : Double(result.sameLabel) / Double(count)
        balancedAccuracy = ClassificationMetrics(result.outcomes, classes: classes).balancedAccuracy
        largestDifference = result.largestDifference
    }
}

import Foundation
import GaitModels

/// The figures of an evaluation, as `--json` prints them and as text.
struct ClassificationReport: Encodable {
    let windows: Int
    let accuracy: Double
    let balancedAccuracy: Double
    /// The 95 % interval of the balanced accuracy, recordings resampled.
    let balancedAccuracyInterval: [Double]
    let macroF1: Double
    /// Per label; null where the set has no gait of it.
    let recall: [String: Double?]
    /// The classes, in the order of ``confusion``.
    let labels: [String]
    /// Windows by true class (rows) and predicted class (columns).
    let confusion: [[Int]]
    let calibrationError: Double

    enum CodingKeys: String, CodingKey {
        case windows, accuracy, recall, labels, confusion
        case balancedAccuracy = "balanced_accuracy"
        case balancedAccuracyInterval = "balanced_accuracy_interval"
        case macroF1 = "macro_f1"
        case calibrationError = "ece"
    }

    /// - Parameter recordings: the recording of each outcome.
    init(_ outcomes: [ClassificationMetrics.Outcome], recordings: [String], labels: [String]) {
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

    /// The figures in a few lines.
    var text: String {
        let low = String(format: "%.3f", balancedAccuracyInterval[0])
        let high = String(format: "%.3f", balancedAccuracyInterval[1])
        let width = labels.map(\.count).max() ?? 0
        let rows = zip(labels, confusion).map { label, row in
            let name = label.padding(toLength: width, withPad: " ", startingAt: 0)
            let share = (recall[label] ?? nil).map { String(format: "%5.2f", $0) } ?? "    -"
            return "  \(name) \(share)  " + row.map { String(format: "%4d", $0) }.joined()
        }
        return """
            balanced_accuracy=\(String(format: "%.4f", balancedAccuracy)) (95 % \(low) to \(high)) \
            accuracy=\(String(format: "%.4f", accuracy)) macro_f1=\(String(format: "%.4f", macroF1)) \
            ece=\(String(format: "%.4f", calibrationError)) windows=\(windows)
            recall and confusion (rows: true, columns: predicted, in the same order):
            \(rows.joined(separator: "\n"))
            """
    }
}

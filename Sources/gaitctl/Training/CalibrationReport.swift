import Foundation
import GaitModels

/// What calibration did to windows that it was not fitted on, as `train` and `evaluate` print it.
struct CalibrationReport: Encodable {
    /// The temperature of each fold, or of the model.
    let temperatures: [Float]
    /// The confidence of each fold, or of the model, below which it abstains.
    let thresholds: [Float]
    /// The calibration error before.
    let uncalibratedError: Double
    /// The share of windows at or above the threshold.
    let coverage: Double
    /// The share of those that were read right; null where there are none.
    let coveredAccuracy: Double?

    enum CodingKeys: String, CodingKey {
        case temperatures, thresholds, coverage
        case uncalibratedError = "uncalibrated_ece"
        case coveredAccuracy = "covered_accuracy"
    }

    /// - Parameters:
    ///   - outcomes: as they were before calibration.
    ///   - calibrations: the one that each outcome's own recordings had no part in.
    init(
        _ outcomes: [ClassificationMetrics.Outcome], calibrations: [Calibration],
        calibration: (Int) -> Calibration, classes: Int
    ) {
        temperatures = calibrations.map(\.temperature)
        thresholds = calibrations.map(\.threshold)
        uncalibratedError = ClassificationMetrics(outcomes, classes: classes).expectedCalibrationError
        let covered = outcomes.indices.filter { index in
            let outcome = calibration(index).apply(to: outcomes[index])
            return outcome.probabilities[outcome.predicted] >= calibration(index).threshold
        }
        coverage = outcomes.isEmpty ? 0 : Double(covered.count) / Double(outcomes.count)
        let right = covered.count { outcomes[$0].predicted == outcomes[$0].label }
        coveredAccuracy = covered.isEmpty ? nil : Double(right) / Double(covered.count)
    }

    /// One line.
    var text: String {
        let right = coveredAccuracy.map { String(format: "%.3f", $0) } ?? "-"
        return "calibrated by the other folds (ece before \(String(format: "%.4f", uncalibratedError))); "
            + "above the threshold \(String(format: "%.0f", coverage * 100)) % of the windows, read right \(right)"
    }
}

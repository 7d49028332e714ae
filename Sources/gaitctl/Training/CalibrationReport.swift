import Foundation
import GaitModels

/// What calibration did to windows that it was not fitted on, as `train --folds` prints it.
struct CalibrationReport: Encodable {
    /// The temperature of each fold.
    let temperatures: [Float]
    /// The confidence below which each fold's model abstains.
    let thresholds: [Float]
    /// The calibration error before.
    let uncalibratedError: Double
    let abstention: AbstentionReport

    enum CodingKeys: String, CodingKey {
        case temperatures, thresholds
        case uncalibratedError = "uncalibrated_ece"
    }

    /// - Parameters:
    ///   - outcomes: as they were before calibration.
    ///   - calibrations: one per fold, which the fold's own recordings had no part in.
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

    func encode(to encoder: any Encoder) throws {
        try abstention.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(temperatures, forKey: .temperatures)
        try container.encode(thresholds, forKey: .thresholds)
        try container.encode(uncalibratedError, forKey: .uncalibratedError)
    }

    /// One line.
    var text: String {
        "calibrated by the other folds (ece before \(String(format: "%.4f", uncalibratedError))); "
            + abstention.text
    }
}

import Foundation
import GaitModels

/// What becomes of windows where a model abstains below its threshold, as `train` and `evaluate` print it.
struct AbstentionReport: Encodable, Equatable {
    /// The share of windows at or above the threshold.
    let coverage: Double
    /// The share of those that were read right; null where there are none.
    let coveredAccuracy: Double?

    enum CodingKeys: String, CodingKey {
        case coverage
        case coveredAccuracy = "covered_accuracy"
    }

    /// - Parameters:
    ///   - outcomes: with calibrated probabilities.
    ///   - threshold: by the outcome's place.
    init(_ outcomes: [ClassificationMetrics.Outcome], threshold: (Int) -> Float) {
        let covered = outcomes.indices.filter { index in
            outcomes[index].probabilities[outcomes[index].predicted] >= threshold(index)
        }
        let right = covered.count { outcomes[$0].predicted == outcomes[$0].label }
        coverage = outcomes.isEmpty ? 0 : Double(covered.count) / Double(outcomes.count)
        coveredAccuracy = covered.isEmpty ? nil : Double(right) / Double(covered.count)
    }

    /// A part of a line.
    var text: String {
        let right = coveredAccuracy.map { String(format: "%.3f", $0) } ?? "-"
        return
            "above the threshold \(String(format: "%.0f", coverage * 100)) % of the windows, read right \(right)"
    }
}

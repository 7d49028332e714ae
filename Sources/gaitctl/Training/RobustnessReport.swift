import Foundation
import GaitModels

/// How held-out windows were read through a worse source, as `train --folds` prints it.
struct RobustnessReport: Encodable {
    /// The source.
    let name: String
    /// The share of windows that got the label of the undisturbed ones.
    let sameLabel: Double
    let balancedAccuracy: Double
    /// The largest difference of a probability, before calibration.
    let largestDifference: Float

    enum CodingKeys: String, CodingKey {
        case name
        case sameLabel = "same_label"
        case balancedAccuracy = "balanced_accuracy"
        case largestDifference = "largest_difference"
    }

    init(_ condition: SourceRobustness.Condition, _ result: SourceRobustness.Result, classes: Int) {
        name = condition.name
        let count = result.outcomes.count
        sameLabel = count == 0 ? 0 : Double(result.sameLabel) / Double(count)
        balancedAccuracy = ClassificationMetrics(result.outcomes, classes: classes).balancedAccuracy
        largestDifference = result.largestDifference
    }

    /// One line.
    var text: String {
        "\(name): same label \(String(format: "%.3f", sameLabel)), "
            + "balanced accuracy \(String(format: "%.3f", balancedAccuracy)), "
            + "largest difference \(String(format: "%.3f", largestDifference))"
    }
}

import Foundation
import Gait
import GaitModels

/// What `explain` prints of an explanation.
struct ExplanationReport: Encodable {
    struct JointShare: Encodable {
        let joint: String
        /// Of the summed saliency, 0 to 1.
        let share: Float
    }

    struct FeatureContribution: Encodable {
        let feature: String
        /// The scaled feature.
        let value: Float
        /// To the label's logit.
        let contribution: Float
    }

    /// The affective features that are listed.
    private static let features = 5

    /// What the gait is called.
    let name: String
    let model: ModelCard
    /// The label that is explained.
    let label: String
    /// The most probable one.
    let mostProbable: String
    let probabilities: [String: Float]
    let method: String
    /// All joints, in the order of the columns of `values`.
    let joints: [String]
    /// Seconds of each row of `values` since the gait's beginning.
    let times: [Double]
    /// The saliency `[T][V]`, 0 to 1.
    let values: [[Float]]
    /// All joints, the one that counted most first.
    let topJoints: [JointShare]
    let topFeatures: [FeatureContribution]

    enum CodingKeys: String, CodingKey {
        case name, model, label, probabilities, method, joints, times, values
        case mostProbable = "most_probable"
        case topJoints = "top_joints"
        case topFeatures = "top_features"
    }

    /// - Parameter rate: the gait's frames per second.
    init(
        _ explanation: Explanation, name: String, model: ModelCard, method: GaitExplainer.Method, rate: Double
    ) {
        self.name = name
        self.model = model
        self.method = method.rawValue
        label = model.labels[explanation.label]
        let probabilities = explanation.probabilities
        mostProbable =
            model.labels[probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0]
        self.probabilities = Dictionary(uniqueKeysWithValues: zip(model.labels, probabilities))
        joints = Joint.allCases.map(\.name)
        times = explanation.saliency.indices.map { Double(explanation.firstFrame + $0) / rate }
        values = explanation.saliency
        topJoints = explanation.ranking.map { JointShare(joint: $0.joint.name, share: $0.share) }
        topFeatures = explanation.contributions.prefix(Self.features).map {
            FeatureContribution(feature: $0.feature, value: $0.value, contribution: $0.contribution)
        }
    }

    /// The ranking, for people.
    var text: String {
        let shares = probabilities.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { String(format: "\($0.key) %.0f %%", $0.value * 100) }.joined(separator: ", ")
        var lines = ["\(name): what spoke for \(label) (\(shares))", ""]
        let largest = max(topJoints.first?.share ?? 0, 1e-6)
        for joint in topJoints where joint.share > 0 {
            let name = joint.joint.padding(toLength: 10, withPad: " ", startingAt: 0)
            let bar = TextFormat.bar(joint.share / largest)
            let peak = joints.firstIndex(of: joint.joint).flatMap { column in
                values.indices.max { values[$0][column] < values[$1][column] }
            }
            let time = peak.map { String(format: ", most at %.2f s", times[$0]) } ?? ""
            lines.append("  \(name) \(bar) " + String(format: "%4.1f %%", joint.share * 100) + time)
        }
        if !topFeatures.isEmpty { lines.append("") }
        for feature in topFeatures {
            let name = feature.feature.padding(toLength: 26, withPad: " ", startingAt: 0)
            let verdict = feature.contribution < 0 ? "against it" : "for it"
            lines.append("  \(name) " + String(format: "%+.3f", feature.contribution) + " \(verdict)")
        }
        return lines.joined(separator: "\n")
    }
}

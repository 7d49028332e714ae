import Gait

/// An explanation with its names and times, as `--json` prints it.
package struct ExplanationReport: Encodable, Sendable {
    package struct JointShare: Encodable, Sendable {
        package let joint: String
        /// Of the summed saliency, 0 to 1.
        package let share: Float
    }

    /// The affective features that are listed.
    private static let features = 5

    /// What the gait is called.
    package let name: String
    package let model: ModelCard
    /// The label that is explained.
    package let label: String
    /// The most probable one.
    package let mostProbable: String
    package let probabilities: [String: Float]
    package let method: String
    /// All joints, in the order of the columns of `values`.
    package let joints: [String]
    /// Seconds of each row of `values` since the gait's beginning.
    package let times: [Double]
    /// The saliency `[T][V]`, 0 to 1.
    package let values: [[Float]]
    /// All joints, the one that counted most first.
    package let topJoints: [JointShare]
    package let topFeatures: [Explanation.Contribution]

    /// - Parameter rate: the gait's frames per second.
    package init(
        _ explanation: Explanation, name: String, model: ModelCard, method: GaitExplainer.Method, rate: Double
    ) {
        (self.name, self.model, self.method) = (name, model, method.rawValue)
        label = model.labels[explanation.label]
        let probabilities = explanation.probabilities
        mostProbable =
            model.labels[probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0]
        self.probabilities = Dictionary(uniqueKeysWithValues: zip(model.labels, probabilities))
        joints = Joint.allCases.map(\.name)
        times = explanation.saliency.indices.map { Double(explanation.firstFrame + $0) / rate }
        values = explanation.saliency
        topJoints = explanation.ranking.map { JointShare(joint: $0.joint.name, share: $0.share) }
        topFeatures = Array(explanation.contributions.prefix(Self.features))
    }
}

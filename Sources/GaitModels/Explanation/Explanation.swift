package import Gait

/// What in a gait spoke for a label: joints at times, and affective features. Made by ``GaitExplainer``.
package struct Explanation: Sendable, Equatable {
    /// What an affective feature did for the label.
    package struct Contribution: Sendable, Equatable {
        /// One of ``AffectiveFeatures/names``.
        package let feature: String
        /// The scaled feature, as the network sees it.
        package let value: Float
        /// The logit's gradient times the value: above 0 it spoke for the label, below 0 against it. The mean
        /// over the members.
        package let contribution: Float
    }

    /// The index of the label that is explained.
    package let label: Int
    /// One per label, as the classifier has them.
    package let probabilities: [Float]
    /// Which frame of the gait the first row of ``saliency`` is.
    package let firstFrame: Int
    /// How much each joint counted in each frame, `[T][V]`, 0 to 1; the largest is 1 unless all are 0.
    package let saliency: [[Float]]
    /// All features of the model, the strongest first; none where it has none.
    package let contributions: [Contribution]

    /// Each joint's share of the summed saliency, `[V]`. They add up to 1, unless nothing counted at all.
    package var shares: [Float] {
        var sums = [Float](repeating: 0, count: Joint.count)
        for frame in saliency { for (joint, value) in frame.enumerated() { sums[joint] += value } }
        let total = sums.reduce(0, +)
        return total > 0 ? sums.map { $0 / total } : sums
    }

    /// The joints by their shares, the largest first; of equals the one that comes first in a skeleton.
    package var ranking: [(joint: Joint, share: Float)] {
        let shares = shares
        return Joint.allCases.map { ($0, shares[$0.rawValue]) }
            .sorted { ($1.share, $0.joint.rawValue) < ($0.share, $1.joint.rawValue) }
    }
}

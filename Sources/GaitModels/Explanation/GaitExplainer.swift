package import Gait
import NeuralNetwork

/// Finds which joints, at which times, supported a label, by the gradient of the label's logit.
///
/// The gradient is taken with respect to the network's input, with each coordinate in units of its standard deviation
/// over the training set, so that positions, velocities and joints are comparable and a root that never moves does
/// not count. A joint's saliency in a frame is the Euclidean norm over its channels, averaged over the model's
/// members and, mirrored back, over the mirror image; the whole is divided by its maximum.
///
/// Not thread-safe: it keeps its intermediate tensors between calls. Make one per thread.
package final class GaitExplainer {
    /// How gradients pass back through rectifications.
    package enum Method: String, Sendable, CaseIterable {
        /// Only positive gradients: what supported the label (Springenberg et al. 2015, as in STEP, figure 7).
        case guided
        /// All gradients: the effect of a small change of the input.
        case plain
    }

    /// The ordered names of the classes.
    package let labels: [String]
    private let networks: [STEP]
    private let encoder: WindowEncoder
    private let configuration: STEPConfiguration
    /// The names of the encoded affective features.
    private let features: [String]
    private let temperature: Float
    /// Of each network's input, index `v * C + c`.
    private let deviations: [[Float]]
    private let oneHot = Tensor()

    /// - Parameters:
    ///   - model: a STEP network.
    ///   - path: the model's name in errors.
    /// - Throws: ``ModelError`` if the model is damaged, or is a linear SVM, which has no joints as input.
    package init(_ model: TrainedModel, path: String = "model") throws(ModelError) {
        _ = try EmotionClassifier(model, path: path)
        guard let configuration = model.description.step else {
            throw .unknownModel(
                path: path, reason: "it is a linear SVM; only a STEP network's decisions can be explained")
        }
        let scaling = model.description.affective
        encoder = WindowEncoder(configuration, scaling: scaling)
        networks = try NetworkFile.networks(
            SafeTensors(model.tensors, path: path), configuration, features: encoder.featureCount)
        (self.configuration, labels) = (configuration, configuration.labels)
        temperature = model.description.temperature
        deviations = networks.map { $0.inputNorm.deviations() }
        features =
            encoder.featureCount > 0 ? (scaling?.features ?? []).map { AffectiveFeatures.names[$0] } : []
    }

    /// Explains a label for a gait of any length. For a gait longer than a window the last window is used; for a
    /// shorter one its repetitions are averaged.
    ///
    /// - Parameter label: an index into ``labels``; nil for the most probable one.
    package func explain(_ gait: Gait, label: Int? = nil, method: Method = .guided) -> Explanation {
        let firstFrame = max(gait.frames - configuration.window, 0)
        let window = gait.slice(start: firstFrame, frames: configuration.window)
        let views = configuration.mirrored ? 2 : 1
        encoder.begin(batch: views)
        encoder.encode(window, at: 0)
        if configuration.mirrored { encoder.encode(window.mirrored(), at: 1) }
        let voters = configuration.voters(for: window)
        let probabilities = classify(views: views, voters: voters)
        let chosen = label ?? probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0
        fillOneHot(label: chosen, views: views)
        var saliency = SaliencySum(frames: window.frames)
        var contributions = [Float](repeating: 0, count: features.count)
        for (network, deviations) in zip(networks[voters], deviations[voters]) {
            if !features.isEmpty { addFeatures(of: network, to: &contributions) }
            let gradient = network.backward(oneHot, for: method == .guided ? .guided : .input)
            saliency.add(gradient, deviations: deviations)
        }
        return Explanation(
            label: chosen, probabilities: probabilities, firstFrame: firstFrame,
            saliency: saliency.normalised(), contributions: ranked(contributions, voters: voters.count))
    }

    /// The mean probabilities over members and views. Afterward every network holds what its backward pass needs.
    private func classify(views: Int, voters: Range<Int>) -> [Float] {
        var sums = [Float](repeating: 0, count: labels.count)
        var unused = SeededGenerator(seed: 0)
        for network in networks[voters] {
            let logits = network(
                encoder.input, affective: encoder.affective, training: false, using: &unused)
            SoftmaxCrossEntropy.softmax(logits)
            for label in sums.indices {
                for view in 0..<views { sums[label] += logits[label, view, 0, 0] }
            }
        }
        return Calibration.sharpened(
            sums.map { $0 / Float(voters.count * views) }, temperature: temperature)
    }

    /// The gradient of the chosen logit with respect to all logits.
    private func fillOneHot(label: Int, views: Int) {
        oneHot.reshape(to: Shape(channels: labels.count, batch: views))
        oneHot.withValues { values in
            for place in values.indices { values[place] = place / views == label ? 1 : 0 }
        }
    }

    /// Adds the plain gradient times the value of each feature of the gait itself: the plain gradient is exact to
    /// first order; a guided one would not be.
    private func addFeatures(of network: STEP, to contributions: inout [Float]) {
        _ = network.head.backward(oneHot, for: .input)
        for feature in contributions.indices {
            contributions[feature] +=
                network.head.affectiveGradient[feature, 0, 0, 0] * encoder.affective[feature, 0, 0, 0]
        }
    }

    private func ranked(_ contributions: [Float], voters: Int) -> [Explanation.Contribution] {
        contributions.indices.map { feature in
            Explanation.Contribution(
                feature: features[feature], value: encoder.affective[feature, 0, 0, 0],
                contribution: contributions[feature] / Float(voters))
        }.sorted { abs($0.contribution) > abs($1.contribution) }
    }
}

/// What in a gait supported a label: joints over time, and affective features. Made by ``GaitExplainer``.
package struct Explanation: Sendable, Equatable {
    /// The contribution of an affective feature to the label.
    package struct Contribution: Encodable, Sendable, Equatable {
        /// One of ``AffectiveFeatures/names``.
        package let feature: String
        /// The scaled feature, as the network sees it.
        package let value: Float
        /// The logit's gradient times the value: above 0 it supports the label, below 0 it opposes it. The mean over
        /// the members.
        package let contribution: Float
    }

    /// The index of the explained label.
    package let label: Int
    /// One per label, as the classifier has them.
    package let probabilities: [Float]
    /// The gait's frame that corresponds to the first row of ``saliency``.
    package let firstFrame: Int
    /// How much each joint counted in each frame, `[T][V]`, 0 to 1; the largest is 1 unless all are 0.
    package let saliency: [[Float]]
    /// All features of the model, the strongest first; empty if it has none.
    package let contributions: [Contribution]

    /// Each joint's share of the summed saliency, `[V]`. They add up to 1, unless nothing counted at all.
    package var shares: [Float] {
        var sums = [Float](repeating: 0, count: Joint.count)
        for frame in saliency { for (joint, value) in frame.enumerated() { sums[joint] += value } }
        let total = sums.reduce(0, +)
        return total > 0 ? sums.map { $0 / total } : sums
    }

    /// The joints by their shares, the largest first; ties go to the one that comes first in a skeleton.
    package var ranking: [(joint: Joint, share: Float)] {
        let shares = shares
        return Joint.allCases.map { ($0, shares[$0.rawValue]) }
            .sorted { ($1.share, $0.joint.rawValue) < ($0.share, $1.joint.rawValue) }
    }
}

/// Adds up the saliency of joints over networks, views and repetitions of a short gait.
struct SaliencySum {
    /// Sums `[T][V]`, row major.
    private var sums: [Float]
    private let frames: Int

    /// - Parameter frames: recorded ones; later frames of a gradient repeat them.
    init(frames: Int) {
        self.frames = frames
        sums = Array(repeating: 0, count: frames * Joint.count)
    }

    /// Adds the norm over channels of a gradient `[C, N, V, T]`, whose second sample is the mirror image.
    ///
    /// - Parameter deviations: the factor for each coordinate's gradient, index `v * C + c`.
    mutating func add(_ gradient: Tensor, deviations: [Float]) {
        let shape = gradient.shape
        gradient.withValues { values in
            for view in 0..<shape.batch {
                for joint in Joint.allCases {
                    let own = view == 0 ? joint : joint.mirrored
                    for frame in 0..<shape.frames {
                        var squares: Float = 0
                        for channel in 0..<shape.channels {
                            let row = (channel * shape.batch + view) * shape.joints + joint.rawValue
                            let value =
                                values[row * shape.frames + frame]
                                * deviations[joint.rawValue * shape.channels + channel]
                            squares += value * value
                        }
                        let weight = 1 / Float(repetitions(of: frame % frames, in: shape.frames))
                        sums[frame % frames * Joint.count + own.rawValue] += weight * squares.squareRoot()
                    }
                }
            }
        }
    }

    /// How often a recorded frame occurs in a window.
    private func repetitions(of frame: Int, in window: Int) -> Int {
        (window - frame + frames - 1) / frames
    }

    /// The sums `[T][V]`, divided by the largest.
    func normalised() -> [[Float]] {
        let largest = sums.max() ?? 0
        let divisor = largest > 0 && largest.isFinite ? largest : .infinity
        return (0..<frames).map { frame in
            (0..<Joint.count).map { sums[frame * Joint.count + $0] / divisor }
        }
    }
}

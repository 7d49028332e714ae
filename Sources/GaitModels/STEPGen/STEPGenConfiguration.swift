package import Gait
import NeuralNetwork

/// The shape of a STEP-Gen network and of its output; stored in the model file.
package struct STEPGenConfiguration: Codable, Sendable, Equatable {
    /// The prior of the latents, also in training.
    package enum Prior: String, Codable, Sendable {
        /// The same standard normal distribution for every class.
        case standard
        /// In training a normal distribution of variance 1 around a learned mean of each class, so that a latent
        /// reveals its class; afterward each class's own ``ClassConditionalPrior``.
        case classes
    }

    /// How the last layer's output is scaled.
    package enum Output: String, Codable, Sendable {
        /// Rectified, then normalized by the batch, as the paper has it.
        case normalised
        /// Scaled by the mean and the deviation of the training gaits.
        case scaled
    }

    /// The ordered names of the classes.
    package var labels: [String]
    /// The encoder's layers.
    package var encoder: [STEPConfiguration.Block]
    /// The decoder's layers; the last has the three channels of a gait.
    package var decoder: [STEPConfiguration.Block]
    /// The channels of the decoder's first layer's input.
    package var seedWidth = 32
    /// Kt, odd.
    package var kernel: Int
    /// The length of a latent.
    package var latent = 32
    package var hopDistance: SkeletonGraph.HopDistance = .oneHop
    /// Whether each layer has a learned edge importance. Without it the decoder cannot tell left from right.
    package var edgeImportance: Bool
    /// Whether the decoder starts with separate features for each joint instead of the same for all.
    package var jointwise: Bool
    package var motion: MotionForm
    /// The meters of a length of 1 in gaits of positions, as the training gaits had it.
    package var unit: Float = 1
    /// Whether encoder and decoder receive the stride's phase in every frame.
    package var phased: Bool
    package var prior: Prior
    package var output: Output
    /// The training loss.
    package var loss: STEPGenLoss
    /// T: the frames of a window.
    package var window = Gait.windowFrames

    enum CodingKeys: String, CodingKey {
        case labels, encoder, decoder, kernel, latent, jointwise, motion, phased, prior, output, loss, window,
            unit
        case seedWidth = "seed_width"
        case hopDistance = "hop_distance"
        case edgeImportance = "edge_importance"
    }

    /// The channels of the stride's phase, see ``StrideRhythm/channels(frames:)``.
    package var phaseChannels: Int { phased ? StrideRhythm.channelCount : 0 }

    /// The channels of a gait's window at the encoder's input: coordinates, classes, phase.
    package var inputChannels: Int { 3 + labels.count + phaseChannels }

    /// Checks the range of every number, so that a file cannot request gigabytes.
    ///
    /// - Throws: ``ModelError/configuration(_:)`` naming the first that is out of range.
    package func validate() throws(ModelError) {
        func require(_ condition: Bool, _ reason: @autoclosure () -> String) throws(ModelError) {
            if !condition { throw .configuration(reason()) }
        }
        guard (1...256).contains(labels.count), Set(labels).count == labels.count else {
            throw .configuration("labels \(labels); 1 to 256 different ones are allowed")
        }
        try require(
            kernel % 2 == 1 && (1...301).contains(kernel), "kernel \(kernel); it must be odd, 1 to 301")
        try require((8...600).contains(window), "window \(window); it must be 8 to 600 frames")
        try require((1...512).contains(latent), "a latent of length \(latent), not 1 to 512")
        try require((1...512).contains(seedWidth), "a seed of width \(seedWidth), not 1 to 512")
        try require(unit > 0 && unit <= 100, "a unit of \(unit) m, not above 0 and up to 100")
        let loss = [loss.push, loss.pull, loss.divergence, loss.bone, loss.foot, loss.tempo]
        try require(loss.allSatisfy { $0 >= 0 && $0.isFinite }, "weights of the loss \(loss), below 0")
        try require(decoder.last?.width == 3, "a decoder that does not end in 3 channels")
        try validate(encoder, inputs: inputChannels, of: "encoder")
        try validate(decoder, inputs: seedWidth + phaseChannels, of: "decoder")
        let weights = (encoder + decoder).reduce(0) { $0 + $1.width * $1.width * kernel }
        try require(
            weights <= STEPConfiguration.maximumWeights,
            "its temporal kernels have \(weights) weights; at most \(STEPConfiguration.maximumWeights) are allowed"
        )
    }

    private func validate(
        _ blocks: [STEPConfiguration.Block], inputs: Int, of part: String
    ) throws(ModelError) {
        guard (1...12).contains(blocks.count) else {
            throw .configuration("\(blocks.count) layers of the \(part); 1 to 12 are allowed")
        }
        var channels = inputs
        for (index, block) in blocks.enumerated() {
            guard (1...512).contains(block.width), block.stride == 1 else {
                throw .configuration(
                    "layer \(index) of the \(part) has width \(block.width) and stride \(block.stride), not 1 to 512 and 1"
                )
            }
            guard block.residual != .identity || block.width == channels else {
                throw .configuration(
                    "layer \(index) of the \(part) has an identity residual, but changes its input's shape")
            }
            channels = block.width
        }
    }
}

/// The generator designs that can be selected by name: the network and its loss.
package enum STEPGenDesign: String, CaseIterable, Sendable {
    /// STEP-Gen as this project trains it: bones and the root's motion instead of positions, a known stride phase, a
    /// separate prior for each class, separate features for each joint.
    case stepGen = "step-gen"
    /// STEP-Gen with the design of the paper.
    case paper = "step-gen-paper"
    /// The paper's Baseline-CVAE: the same network without the push-pull loss.
    case baselineCVAE = "baseline-cvae"

    /// The network for an ordered list of class names.
    package func configuration(labels: [String]) -> STEPGenConfiguration {
        typealias Block = STEPConfiguration.Block
        let encoder = [
            Block(width: 64, stride: 1, residual: .projection),
            Block(width: 32, stride: 1, residual: .projection),
            Block(width: 32, stride: 1, residual: .identity),
        ]
        switch self {
        case .stepGen:
            return STEPGenConfiguration(
                labels: labels, encoder: encoder,
                decoder: [64, 64, 3].map { Block(width: $0, stride: 1, residual: .projection) },
                kernel: 5, edgeImportance: true, jointwise: true, motion: .bones, phased: true,
                prior: .classes, output: .scaled,
                loss: STEPGenLoss(push: 1, pull: 0.1, divergence: 0.05, bone: 10, foot: 10, tempo: 1))
        case .paper, .baselineCVAE:
            let isPaper = self == .paper
            return STEPGenConfiguration(
                labels: labels, encoder: encoder,
                decoder: [
                    Block(width: 32, stride: 1, residual: .identity),
                    Block(width: 64, stride: 1, residual: .projection),
                    Block(width: 3, stride: 1, residual: .projection),
                ],
                kernel: 75, edgeImportance: false, jointwise: false, motion: .positions, phased: false,
                prior: .standard, output: .normalised,
                loss: STEPGenLoss(push: isPaper ? 1 : 0, pull: isPaper ? 1 : 0, divergence: 1))
        }
    }

    /// The training options.
    package var options: STEPGenOptions {
        var options = STEPGenOptions()
        switch self {
        case .stepGen:
            options.warmUp = 0.3
            (options.augmentation.speed, options.augmentation.scale) = (0.08, 0.05)
        case .paper, .baselineCVAE:
            options.learningRate = 1e-3
            options.schedule = .step
            options.decoupled = false
            options.maximumGradientNorm = .infinity
            options.balanced = false
        }
        return options
    }
}

package import Gait

/// The shape of a STEP network and of its input; stored in the model file.
package struct STEPConfiguration: Codable, Sendable, Equatable {
    /// The residual that is added to a block's output before its last rectification.
    package enum Residual: String, Codable, Sendable {
        case none
        case identity
        /// A 1x1 convolution with the block's stride and a batch normalization.
        case projection
    }

    /// One ST-GCN layer.
    package struct Block: Codable, Sendable, Equatable {
        /// Output channels.
        package var width: Int
        /// 1 or 2: every frame or every second frame is kept.
        package var stride: Int
        package var residual: Residual
    }

    /// The layers after the average pool.
    package struct Head: Codable, Sendable, Equatable {
        /// The width of a 1x1 convolution of the pooled features; nil for none.
        package var projection: Int? = 64
        /// Whether the affective features are appended.
        package var affective = true
        /// Whether a batch normalization follows.
        package var normalised = true
        /// The width of a fully connected layer before the last one; nil for none.
        package var hidden: Int? = 128
        /// Whether that layer is rectified.
        package var rectified = true
    }

    /// The input channels for each joint in each frame.
    package enum Input: String, Codable, Sendable {
        /// The position: three channels.
        case positions
        /// The position and its change since the frame before: six channels.
        case positionsAndVelocities = "positions_and_velocities"

        /// C.
        package var channels: Int { self == .positions ? 3 : 6 }
    }

    /// How noise is treated, before anything else.
    package enum Denoising: String, Codable, Sendable {
        case off
        /// Smoothing in proportion to the noise, see `Gait.denoised()`.
        case adaptive
    }

    /// The ordered names of the classes.
    package var labels: [String]
    package var input: Input = .positions
    package var blocks: [Block]
    /// Kt, odd.
    package var kernel: Int
    package var hopDistance: SkeletonGraph.HopDistance = .oneHop
    /// Whether each layer has a learned edge importance.
    package var edgeImportance = true
    package var head: Head
    /// How joints that sources place differently are treated, before anything else.
    package var skeleton: JointNormalization = .given
    package var normalisation: ViewNormalization = .hipAxis
    /// How noise is treated, before anything else.
    package var denoising: Denoising = .off
    /// How often the gait is smoothed by the binomial filter before the network sees it.
    package var smoothing = 0
    /// T: the frames of a window.
    package var window = Gait.windowFrames
    /// How many networks are trained from different seeds and averaged.
    package var members = 1
    /// The number of members, the last ones, that are trained on gaits seen through other sources and that alone
    /// classify rough gaits; nil for all. The others know finer differences, which noise hides.
    package var robustMembers: Int?
    /// Whether the mirrored gait is classified too, and the two averaged.
    package var mirrored = false

    enum CodingKeys: String, CodingKey {
        case labels, input, blocks, kernel, head, skeleton, normalisation, denoising, smoothing, window
        case members, mirrored
        case robustMembers = "robust_members"
        case hopDistance = "hop_distance"
        case edgeImportance = "edge_importance"
    }

    /// Checks the range of every number, so that a file cannot request gigabytes.
    ///
    /// - Throws: ``ModelError/configuration(_:)`` naming the first that is out of range.
    package func validate() throws(ModelError) {
        func require(_ condition: Bool, _ reason: @autoclosure () -> String) throws(ModelError) {
            if !condition { throw .configuration(reason()) }
        }
        try Self.validate(labels: labels)
        try require((1...12).contains(blocks.count), "\(blocks.count) blocks; 1 to 12 are allowed")
        try require(
            kernel % 2 == 1 && (1...301).contains(kernel), "kernel \(kernel); it must be odd, 1 to 301")
        try require((8...600).contains(window), "window \(window); it must be 8 to 600 frames")
        try require((0...100).contains(smoothing), "smoothing \(smoothing); it must be 0 to 100 passes")
        try require((1...16).contains(members), "\(members) members; 1 to 16 are allowed")
        try require(
            (1...members).contains(robustMembers ?? members),
            "\(robustMembers ?? members) robust members of \(members)")
        var channels = input.channels
        for (index, block) in blocks.enumerated() {
            try require(
                (1...512).contains(block.width), "block \(index) has width \(block.width), not 1 to 512")
            try require(
                (1...2).contains(block.stride), "block \(index) has stride \(block.stride), not 1 or 2")
            let same = block.width == channels && block.stride == 1
            try require(
                block.residual != .identity || same,
                "block \(index) has an identity residual, but changes its input's shape")
            channels = block.width
        }
        let weights = members * blocks.reduce(0) { $0 + $1.width * $1.width * kernel }
        try require(
            weights <= Self.maximumWeights,
            "its temporal kernels have \(weights) weights; at most \(Self.maximumWeights) are allowed")
        for width in [head.projection, head.hidden].compactMap(\.self) {
            try require((1...1024).contains(width), "a head of width \(width), not 1 to 1024")
        }
    }

    /// The most weights of all temporal kernels together; the released classifier has 0.7 million.
    static let maximumWeights = 1 << 25

    /// - Throws: ``ModelError/configuration(_:)`` if no classifier can have these classes.
    static func validate(labels: [String]) throws(ModelError) {
        guard (2...256).contains(labels.count) else {
            throw .configuration("\(labels.count) labels; 2 to 256 are allowed")
        }
        guard Set(labels).count == labels.count else {
            throw .configuration("a label is named twice in \(labels)")
        }
    }

    /// The gait as prepared for features and network, before view normalization.
    func prepare(_ gait: Gait) -> Gait {
        skeleton.apply(to: denoising == .adaptive ? gait.denoised() : gait)
    }

    /// The members that classify a gait.
    func voters(for gait: Gait) -> Range<Int> {
        guard let robustMembers, robustMembers < members, gait.isRough else { return 0..<members }
        return members - robustMembers..<members
    }

    /// How many channels enter each block.
    package var blockInputs: [Int] { [input.channels] + blocks.dropLast().map(\.width) }
}

extension SkeletonGraph.HopDistance: Codable {}
extension ViewNormalization: Codable {}
extension JointNormalization: Codable {}
extension AffectiveOrigin: Codable {}

extension STEPConfiguration {
    /// The designs that can be selected by name.
    package enum Preset: String, CaseIterable, Sendable {
        /// STEP as this project trains it: the paper's head, but kernel 9, strides 2, 2, 2, and velocities
        /// beside positions, two networks averaged.
        case step
        /// STEP with the design of the paper: kernel 75, features appended after a 1x1 convolution, FC 128.
        case stepPaper = "step-paper"
        /// The authors' hybrid code: strides 1, 2, 2, features appended to the pooled ones, FC 96, not
        /// rectified.
        case stepReleased = "step-released"
        /// Baseline-STEP with the design of the paper: no affective features.
        case baseline
        /// The released classifier.
        case baselineReleased = "baseline-released"
    }

    /// A preset for an ordered list of class names.
    package static func preset(_ preset: Preset, labels: [String]) -> STEPConfiguration {
        switch preset {
        case .step:
            var configuration = STEPConfiguration(
                labels: labels, blocks: blocks(strides: [2, 2, 2], first: .none), kernel: 9, head: Head())
            configuration.input = .positionsAndVelocities
            configuration.members = 2
            return configuration
        case .stepPaper:
            return STEPConfiguration(
                labels: labels, blocks: blocks(strides: [1, 2, 2], first: .projection), kernel: 75,
                head: Head(), normalisation: .referencePose)
        case .stepReleased:
            return STEPConfiguration(
                labels: labels, blocks: blocks(strides: [1, 2, 2], first: .none), kernel: 75,
                head: Head(projection: nil, normalised: false, hidden: 96, rectified: false),
                normalisation: .referencePose)
        case .baseline:
            return STEPConfiguration(
                labels: labels, blocks: blocks(strides: [1, 2, 1], first: .projection), kernel: 9,
                head: Head(affective: false, hidden: nil, rectified: false))
        case .baselineReleased:
            return STEPConfiguration(
                labels: labels, blocks: blocks(strides: [1, 2, 1], first: .projection), kernel: 75,
                head: Head(
                    projection: nil, affective: false, normalised: false, hidden: nil, rectified: false),
                normalisation: .referencePose)
        }
    }

    /// Three layers of 32, 64 and 64 channels; the residual is the identity where shapes allow it.
    private static func blocks(strides: [Int], first: Residual) -> [Block] {
        zip([32, 64, 64], strides).enumerated().map { index, shape in
            let residual: Residual =
                index == 0 ? first : (index == 2 && shape.1 == 1 ? .identity : .projection)
            return Block(width: shape.0, stride: shape.1, residual: residual)
        }
    }
}

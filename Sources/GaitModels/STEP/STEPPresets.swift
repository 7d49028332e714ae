import Gait

extension STEPConfiguration {
    /// The designs that can be chosen by name.
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
                labels: labels, blocks: blocks(strides: [2, 2, 2], first: .none), kernel: 9,
                head: Head(projection: 64, affective: true, normalised: true, hidden: 128, rectified: true))
            configuration.input = .positionsAndVelocities
            configuration.members = 2
            return configuration
        case .stepPaper:
            return STEPConfiguration(
                labels: labels, blocks: blocks(strides: [1, 2, 2], first: .projection), kernel: 75,
                head: Head(projection: 64, affective: true, normalised: true, hidden: 128, rectified: true),
                normalisation: .referencePose)
        case .stepReleased:
            return STEPConfiguration(
                labels: labels, blocks: blocks(strides: [1, 2, 2], first: .none), kernel: 75,
                head: Head(projection: nil, affective: true, normalised: false, hidden: 96, rectified: false),
                normalisation: .referencePose)
        case .baseline:
            return STEPConfiguration(
                labels: labels, blocks: blocks(strides: [1, 2, 1], first: .projection), kernel: 9,
                head: Head(projection: 64, affective: false, normalised: true, hidden: nil, rectified: false))
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

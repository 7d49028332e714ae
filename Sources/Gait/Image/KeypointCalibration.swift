/// How an estimator's keypoints differ from the true joints in pictures, always in the same way: measured on figures whose
/// joints are known.
///
/// Heights are below the middle of the hips, in apparent torsos as the estimator sees them.
package struct KeypointCalibration: Sendable {
    /// The bias of one joint.
    package struct Bias: Codable, Sendable, Equatable {
        /// How much too low the joint is on average, torsos.
        package let offset: Float
        /// How much of the joint's true vertical motion is seen.
        package let gain: Float
    }

    /// A joint's motion below this, torsos, tells no gain.
    private static let leastMotion: Float = 0.03

    private struct Sums {
        var offset: Float = 0
        var common: Float = 0
        var truth: Float = 0
    }

    private var sums = [Sums](repeating: Sums(), count: ImageWindow.joints.count)
    package private(set) var windows = 0

    package init() {}

    /// Takes in what an estimator saw of a walk, and the same walk's true joints; nothing if the torso has no size.
    package mutating func add(_ seen: ImageWindow, truth: ImageWindow) {
        let torso = median((0..<Gait.windowFrames).map { seen.trunk(frame: $0).length })
        guard torso > 0 else { return }
        windows += 1
        let count = Float(Gait.windowFrames)
        for joint in sums.indices {
            let one = (0..<Gait.windowFrames).map { seen.height(of: joint, frame: $0) / torso }
            let other = (0..<Gait.windowFrames).map { truth.height(of: joint, frame: $0) / torso }
            let means = (one.reduce(0, +) / count, other.reduce(0, +) / count)
            sums[joint].offset += means.0 - means.1
            for (seen, truth) in zip(one, other) {
                sums[joint].common += (seen - means.0) * (truth - means.1) / count
                sums[joint].truth += (truth - means.1) * (truth - means.1) / count
            }
        }
    }

    /// Each joint's bias, in the order of ``ImageWindow/joints``; none before the first window.
    package var biases: [Bias] {
        guard windows > 0 else { return [] }
        let count = Float(windows)
        return sums.map { sums in
            let moves = sums.truth / count > Self.leastMotion * Self.leastMotion
            return Bias(offset: sums.offset / count, gain: moves ? sums.common / sums.truth : 1)
        }
    }
}

extension ImageWindow {
    /// How far a joint is below the middle of the hips, tangents.
    fileprivate func height(of joint: Int, frame: Int) -> Float {
        rays[frame * Self.joints.count + joint].y - hips(frame: frame).y
    }
}

package import Gait

/// Whether a gait could have been walked: bones that keep their lengths, feet that stand where they are put down,
/// joints that do not jump. What generated gaits are filtered by.
///
/// Of the recorded windows of 75 frames that the limits were set on, 99 in 100 pass.
package struct GaitQuality: Sendable, Equatable {
    /// Why a gait fails.
    package enum Failure: String, CaseIterable, Sendable {
        case limbVariation = "limb_variation"
        case footSlide = "foot_slide"
        /// No foot is ever down and at rest: the body floats, or its feet tremble.
        case noPlantedFoot = "no_planted_foot"
        case jointSpeed = "joint_speed"
    }

    /// The most by which a bone's length may vary, as a share of its mean.
    package static let largestLimbVariation: Float = 0.05
    /// The fastest that a joint may be, metres per second. Recorded walks reach 6.
    package static let largestJointSpeed: Float = 10
    /// The bones that are measured: all but those from the neck to the shoulders, which in recorded walks vary by a
    /// tenth, since shoulder blades move. Each is named by the joint at its end.
    package static let rigidBones = Joint.allCases.filter {
        $0.parent != nil && $0 != .leftShoulder && $0 != .rightShoulder
    }

    /// The largest difference of a bone's longest and shortest length over the gait, as a share of its mean length.
    package let limbVariation: Float
    /// What the feet do while they are down.
    package let feet: FootContact
    /// The fastest that any joint moves from one frame to the next, metres per second; 0 of a single frame.
    package let largestSpeed: Float

    /// How far the worse foot slides over the ground in half a second of bearing weight, metres.
    package var footSlide: Float { feet.slide }

    /// Measures a gait in world coordinates (metres, y up, 30 frames a second): the feet of one whose root stays in
    /// its place slide unless it stands.
    package init(_ gait: Gait) {
        limbVariation = Self.rigidBones.map { Self.variation(of: $0, in: gait) }.max() ?? 0
        feet = FootContact(gait)
        largestSpeed = Self.largestSpeed(gait)
    }

    /// Every criterion that the gait fails; empty where it passes.
    package var failures: [Failure] {
        var failures: [Failure] = []
        if limbVariation > Self.largestLimbVariation { failures.append(.limbVariation) }
        if feet.isSliding { failures.append(.footSlide) }
        if feet.isMissing { failures.append(.noPlantedFoot) }
        if largestSpeed > Self.largestJointSpeed { failures.append(.jointSpeed) }
        return failures
    }

    /// Whether the gait passes every criterion.
    package var passes: Bool { failures.isEmpty }

    private static func variation(of joint: Joint, in gait: Gait) -> Float {
        guard let parent = joint.parent else { return 0 }
        var (shortest, longest, sum) = (Float.infinity, Float(0), Float(0))
        for frame in 0..<gait.frames {
            let bone = gait.position(frame: frame, joint: joint) - gait.position(frame: frame, joint: parent)
            let length = (bone * bone).sum().squareRoot()
            (shortest, longest, sum) = (min(shortest, length), max(longest, length), sum + length)
        }
        // A bone without any length does not vary.
        return sum > 0 ? (longest - shortest) * Float(gait.frames) / sum : 0
    }

    private static func largestSpeed(_ gait: Gait) -> Float {
        var largest: Float = 0
        for frame in 1..<max(gait.frames, 1) {
            for joint in Joint.allCases {
                let step =
                    gait.position(frame: frame, joint: joint) - gait.position(frame: frame - 1, joint: joint)
                largest = max(largest, (step * step).sum())
            }
        }
        return largest.squareRoot() * Gait.frameRate
    }
}

package import Gait

/// Whether a gait is physically plausible: bones keep their lengths, feet on the ground do not slide, joints do not
/// jump. Filters generated gaits.
///
/// 99 % of the recorded windows of 75 frames on which the limits were set pass.
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
    /// The fastest that a joint may be, meters per second. Recorded walks reach 6.
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
    /// The fastest that any joint moves from one frame to the next, meters per second; 0 for a single frame.
    package let largestSpeed: Float

    /// How far the worse foot slides over the ground in half a second of bearing weight, meters.
    package var footSlide: Float { feet.slide }

    /// Measures a gait in world coordinates (meters, y up, 30 frames a second): if the root stays in place, the feet
    /// slide unless the person stands.
    package init(_ gait: Gait) {
        limbVariation = Self.rigidBones.map { Self.variation(of: $0, in: gait) }.max() ?? 0
        feet = FootContact(gait)
        largestSpeed = Self.largestSpeed(gait)
    }

    /// The criteria that the gait fails; empty if it passes.
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
        var (shortest, longest, sum) = (Float.infinity, Float(0), Float(0))
        for frame in 0..<gait.frames {
            let length = gait.boneLength(frame: frame, joint: joint)
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

/// What the feet do while they bear weight: in a real walk, a foot on the ground does not move.
///
/// A joint's file has ankles only, and an ankle moves while its foot stands: it rolls forward over heel and ball, and
/// rises meanwhile. A foot therefore counts as planted in frames in which its ankle is the lower one, near the lowest
/// that ankles get, and at rest vertically; there, the median speed over the ground measures a slide. As a share of
/// the speed at which the body passes over the foot it does not depend on the pace: recorded walks, forward,
/// backward, sideways and in turns, have up to 0.16 (99 in 100), walks whose root is moved 30 % too fast or too slow
/// at least 0.21, a treadmill 1, a moonwalk 2.
package struct FootContact: Sendable, Equatable {
    /// The largest share of the body's speed that a planted foot may have.
    package static let largestShare: Float = 0.18
    /// The slide, meters in half a second, that is attributed to sway and noise regardless of the share, because
    /// people who stand move slowly.
    package static let smallestSlide: Float = 0.03
    /// The share of frames in which a foot has to be planted. Recorded walks have at least 0.08, tiptoe ones.
    package static let smallestShareOfFrames: Float = 0.05

    /// An ankle further above the ground than this is not down, meters.
    private static let reach: Float = 0.03
    /// An ankle that rises or sinks faster than this rolls, meters per second.
    private static let restSpeed: Float = 0.08
    /// The fewest frames in which a foot must be planted to be judged.
    private static let fewestFrames = 3
    /// Half a second, about as long as a foot bears the weight alone.
    private static let duration: Float = 0.5

    /// How far the worse foot slides in half a second of bearing weight, meters.
    package let slide: Float
    /// The same as a share of the distance by which the body passes over it; 0 if neither foot was seen planted.
    package let share: Float
    /// The share of frames in which a foot is planted.
    package let shareOfFrames: Float

    /// Whether a planted foot slides.
    package var isSliding: Bool { share > Self.largestShare && slide > Self.smallestSlide }
    /// Whether no foot is ever planted.
    package var isMissing: Bool { shareOfFrames < Self.smallestShareOfFrames }

    /// Measures a gait in world coordinates.
    package init(_ gait: Gait) {
        // White noise in single frames is not a slide; the movement of a stride is preserved.
        let smooth = gait.smoothed(passes: 3)
        let ankles: [Joint] = [.leftFoot, .rightFoot]
        let low = (0..<smooth.frames).map { frame in
            min(
                smooth.position(frame: frame, joint: .leftFoot).y,
                smooth.position(frame: frame, joint: .rightFoot).y)
        }
        let ground = low.sorted()[low.count / 10]
        let feet = ankles.map { Self.planted($0, in: smooth, low: low, ground: ground) }
        var worst: (slide: Float, share: Float) = (0, 0)
        for speeds in feet where speeds.count >= Self.fewestFrames {
            let (over, body) = (median(speeds.map(\.ground)), median(speeds.map(\.body)))
            let share = body > 0 ? over / body : 0
            if share >= worst.share { worst = (over * Self.duration, share) }
        }
        (slide, share) = worst
        let planted = feet.reduce(0) { $0 + $1.count }
        shareOfFrames = Float(planted) / Float(max(smooth.frames - 2, 1))
    }

    /// The horizontal speeds of an ankle over the ground and against the body's root in every frame in which its foot
    /// is planted, meters per second.
    private static func planted(_ ankle: Joint, in gait: Gait, low: [Float], ground: Float) -> [(
        ground: Float, body: Float
    )] {
        guard gait.frames > 2 else { return [] }
        return (1..<gait.frames - 1).compactMap { frame in
            let height = gait.position(frame: frame, joint: ankle).y
            guard height <= low[frame], height <= ground + reach else { return nil }
            func velocity(_ joint: Joint) -> SIMD3<Float> {
                (gait.position(frame: frame + 1, joint: joint)
                    - gait.position(frame: frame - 1, joint: joint)) * (Gait.frameRate / 2)
            }
            let (foot, root) = (velocity(ankle), velocity(.root))
            guard abs(foot.y) <= restSpeed else { return nil }
            return (horizontal(foot), horizontal(foot - root))
        }
    }

    private static func horizontal(_ velocity: SIMD3<Float>) -> Float {
        (velocity.x * velocity.x + velocity.z * velocity.z).squareRoot()
    }
}

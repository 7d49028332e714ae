package import Gait

/// What the feet do while they bear weight: a foot that is down stays where it is, or the walk was not walked.
///
/// A joint's file has ankles only, and an ankle moves while its foot stands: it rolls forward over heel and ball, and
/// rises meanwhile. A foot therefore counts as planted in frames in which its ankle is the lower one, near the
/// lowest that ankles get, and at rest vertically; there the median speed over the ground is that of a slide.
/// As a share of the speed at which the body passes over the foot it does not depend on the pace: recorded walks,
/// forward, backward, sideways and in turns, have up to 0.16 (99 in 100), walks whose root is moved 30 % too fast
/// or too slow at least 0.21, a treadmill 1, a moonwalk 2.
package struct FootContact: Sendable, Equatable {
    /// The largest share of the body's speed that a planted foot may have.
    package static let largestShare: Float = 0.18
    /// The slide, metres in half a second, that is put down to sway and noise whatever the share: of people who
    /// stand, everything is slow.
    package static let smallestSlide: Float = 0.03
    /// The share of frames in which a foot has to be planted. Recorded walks have at least 0.08, tiptoe ones.
    package static let smallestShareOfFrames: Float = 0.05

    /// An ankle further above the ground than this is not down, metres.
    private static let reach: Float = 0.03
    /// An ankle that rises or sinks faster than this rolls, metres per second.
    private static let restSpeed: Float = 0.08
    /// Frames of a foot below which nothing is said of it.
    private static let fewestFrames = 3
    /// Half a second, about as long as a foot bears the weight alone.
    private static let duration: Float = 0.5

    /// How far the worse foot slides in half a second of bearing weight, metres.
    package let slide: Float
    /// The same as a share of the way by which the body passes over it; 0 where neither foot was seen planted.
    package let share: Float
    /// The share of frames in which a foot is planted.
    package let shareOfFrames: Float

    /// Whether a planted foot slides.
    package var isSliding: Bool { share > Self.largestShare && slide > Self.smallestSlide }
    /// Whether no foot is ever planted.
    package var isMissing: Bool { shareOfFrames < Self.smallestShareOfFrames }

    /// Measures a gait in world coordinates.
    package init(_ gait: Gait) {
        // White noise of single frames is no slide; a stride's movement stays whole.
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

    /// The horizontal speeds of an ankle over the ground and against the body's root in every frame in which its
    /// foot is planted, metres per second.
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

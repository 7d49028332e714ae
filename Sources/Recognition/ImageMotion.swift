import Foundation
import Gait

/// Tells a person's motion in a picture from a leap that no person can make: then another one has taken the id.
///
/// Lengths are shares of the body's height in the picture, which says how far away it is.
struct ImageMotion: Sendable {
    /// The fastest that a person moves, heights a second: 5 m/s.
    private static let fastest: Float = 3
    /// The fastest after a time without poses that interpolation does not bridge: a walk.
    private static let fastestUnseen: Float = 1.2
    private static let longestBridge = PoseBuffer.Options().maximumGap
    /// What a body may move besides, heights: estimators find it anew in each frame.
    private static let tolerance: Float = 0.15
    /// How many times its typical value a deviation may be, and the most that one step adds to that value, heights.
    private static let allowance: Float = 4
    private static let largestJitter: Float = 0.2
    /// How much a body may grow or shrink at once, and in a second, as logarithms: it comes from 2 m to 1 m in a second.
    private static let growth: Float = 0.5
    private static let growthPerSecond: Float = 1
    /// The weight of the newest in a typical value.
    private static let weight: Float = 0.1
    /// The weight of the newest in the height.
    private static let heightWeight: Float = 0.3

    private var last: (place: SIMD2<Float>, time: Double)?
    /// Tangents a second: of the person, and of a camera that turns.
    private var velocity: SIMD2<Float>?
    private var height: Float?
    /// The typical change from one step to the next, heights: the source's noise.
    private var jitter: Float = 0.02

    /// Whether the body is further from the last one than the same person can be, or of another size.
    func isLeap(to pose: ImagePose, at time: Double) -> Bool {
        guard let last, let place = pose.place, let height, time > last.time else { return false }
        let elapsed = time - last.time
        let seconds = Float(elapsed)
        if let seen = pose.height, seen > 0 {
            let change = abs(log(seen / height))
            if change > Self.growth + Self.growthPerSecond * seconds { return true }
        }
        let speed = elapsed <= Self.longestBridge ? Self.fastest : Self.fastestUnseen
        let reach = (speed * seconds + Self.tolerance + Self.allowance * jitter) * height
        // A camera that turns takes everybody along: what goes on as before is no leap.
        let expected = last.place + (velocity ?? .zero) * seconds
        return (place - last.place).length > reach && (place - expected).length > reach
    }

    /// Keeps a pose that was accepted.
    mutating func note(_ pose: ImagePose, at time: Double) {
        guard let place = pose.place else { return }
        if let seen = pose.height, seen > 0 {
            height = height.map { $0 + Self.heightWeight * (seen - $0) } ?? seen
        }
        let size = height ?? pose.effectiveHeight
        height = size
        if let last, time > last.time {
            let seconds = Float(time - last.time)
            let new = (place - last.place) / seconds
            if let velocity {
                let change = (new - velocity).length * seconds / size
                jitter += Self.weight * (min(change, Self.largestJitter) - jitter)
            }
            velocity = new
        }
        last = (place, time)
    }
}

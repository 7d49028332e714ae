import Foundation
import Gait

/// Turns one person's BlazePose world landmarks into poses: filtered over time, y up, relative to the root.
struct PoseLifter: Equatable {
    /// Seconds without landmarks after which the filters restart.
    private static let longestStep = 0.5
    /// The visibility below which a landmark outside the image is missing. The network guesses those landmarks too, and
    /// the legs that it guesses below the image's edge stand still.
    private static let outsideVisibility: Float = 0.5

    private var reversal = DepthReversal()
    private var filters: [OneEuroFilter] = []
    private var points = [SIMD3<Float>](repeating: .zero, count: BodyLandmarks.count)
    private var seconds = 0.0

    /// The 16 joints of a person's next landmarks, meters from the root, in the camera's directions with y up.
    ///
    /// - Parameters:
    ///   - imageSize: width and height of the image, pixels.
    ///   - time: the frame's time, seconds; later than that of the previous landmarks.
    mutating func pose(of landmarks: BodyLandmarks, imageSize: SIMD2<Float>, at time: Double) -> Pose {
        filter(landmarks.world, at: time)
        var pose = SkeletonLayout.blazepose33.pose { index in
            isMissing(index, of: landmarks, imageSize: imageSize) ? nil : points[index]
        }
        guard pose.present.contains(.root) else { return pose }
        let root = pose[.root]
        for joint in Joint.allCases where pose.present.contains(joint) { pose[joint] -= root }
        return pose
    }

    private mutating func filter(_ world: [SIMD3<Float>], at time: Double) {
        let step = time - seconds
        seconds = time
        let isNew = filters.isEmpty || step <= 0 || step > Self.longestStep
        if isNew { filters.removeAll(keepingCapacity: true) }
        for (index, point) in world.enumerated() { points[index] = UpAxis.minusY.yUp(point) }
        if isNew { reversal = DepthReversal() }
        reversal.correct(&points, step: Float(step))
        for index in points.indices {
            if isNew {
                filters.append(OneEuroFilter(points[index]))
            } else {
                points[index] = filters[index].filter(points[index], step: Float(step), .worldLandmarks)
            }
        }
    }

    private func isMissing(_ index: Int, of landmarks: BodyLandmarks, imageSize: SIMD2<Float>) -> Bool {
        guard landmarks.visibility[index] < Self.outsideVisibility else { return false }
        let position = landmarks.positions[index]
        return !(position.x >= 0 && position.y >= 0 && position.x <= imageSize.x && position.y <= imageSize.y)
    }
}

/// The One-Euro filter of a point (Casiez, Roussel, Vogel 2012): a low pass whose cutoff rises with the speed, so that
/// a resting point does not tremble and a moving one does not lag.
struct OneEuroFilter: Equatable {
    /// How strongly points are filtered.
    struct Settings: Equatable {
        /// The cutoff at rest, Hz.
        var minimumCutoff: Float
        /// Hz added per meter per second.
        var speedCoefficient: Float
        /// The cutoff of the speed itself, Hz.
        var derivativeCutoff: Float = 1

        /// MediaPipe's settings for world landmarks. Stronger filters, such as 1.7 and 0.3, flatten the stride.
        static let worldLandmarks = Settings(minimumCutoff: 0.1, speedCoefficient: 40)
    }

    private var value: SIMD3<Float>
    private var speed = SIMD3<Float>.zero

    /// A filter that has seen one point.
    init(_ value: SIMD3<Float>) { self.value = value }

    /// Filters the next point, each coordinate on its own.
    ///
    /// - Parameter step: seconds since the previous point, above 0.
    mutating func filter(_ point: SIMD3<Float>, step: Float, _ settings: Settings) -> SIMD3<Float> {
        let rate = Self.share(cutoff: SIMD3(repeating: settings.derivativeCutoff), step: step)
        speed += rate * ((point - value) / step - speed)
        let magnitude = speed.replacing(with: -speed, where: speed .< 0)
        value +=
            Self.share(cutoff: settings.minimumCutoff + settings.speedCoefficient * magnitude, step: step)
            * (point - value)
        return value
    }

    /// The share of the new value: 1 / (1 + tau / step) with tau = 1 / (2 pi cutoff).
    private static func share(cutoff: SIMD3<Float>, step: Float) -> SIMD3<Float> {
        let ratio = 2 * Float.pi * step * cutoff
        return ratio / (1 + ratio)
    }
}

/// Undoes the reversals of BlazePose. Seen from the front or back at some distance, a body looks like its mirror image in
/// depth, and the network can switch between the two from one frame to the next.
///
/// The mirror image exchanges left and right and negates depths. Shoulders and hips turn slowly: if a body's left and right
/// leap to the other side, the frame shows its mirror image.
struct DepthReversal: Equatable {
    /// Left landmarks with their right ones; the nose is on the midline.
    private static let pairs =
        [(1, 4), (2, 5), (3, 6)] + stride(from: 7, through: 31, by: 2).map { ($0, $0 + 1) }

    /// The width across the image, meters, below which a body is in profile and cannot flip.
    private static let leastLateral: Float = 0.12
    /// How far on the other side a leap must end, in shares of the width.
    private static let leap: Float = 0.3
    /// Seconds within which the remembered width follows a body that grows narrower.
    private static let forgetting: Float = 0.5
    /// Seconds over which frames vote on which of the two images is the true one.
    private static let voting: Float = 0.6

    /// From the body's right to its left across the image, meters.
    private var lateral = SIMD2<Float>.zero
    /// The share of frames that agree with `lateral` minus the share of the others, weighted by width.
    private var agreement: Float = 0

    /// Takes in a frame's points and, if they show the mirror image, mirrors them back.
    ///
    /// - Parameters:
    ///   - points: BlazePose's 33, meters from the middle of the hips; z along the line of sight.
    ///   - step: seconds since the previous frame.
    mutating func correct(_ points: inout [SIMD3<Float>], step: Float) {
        let across = ((points[11] - points[12]) + (points[23] - points[24])) / 2
        let seen = SIMD2(across.x, across.y)
        let width = lateral.length
        // A body in profile, or one that turns through it, starts over.
        guard width >= Self.leastLateral, abs(across.z) <= max(seen.length, Self.leastLateral) else {
            (lateral, agreement) = (seen, 0)
            return
        }
        let ratio = (seen * lateral).sum() / (width * width)
        follow(ratio < 0 ? -seen : seen, step: step)
        vote(min(max(ratio, -1), 1), step: step)
        if ratio < -Self.leap { Self.mirror(&points) }
    }

    /// Widens fast and narrows slowly: between the two images the network produces narrow bodies.
    private mutating func follow(_ seen: SIMD2<Float>, step: Float) {
        let isWider = seen.length > lateral.length
        lateral += (isWider ? 0.5 : step / (step + Self.forgetting)) * (seen - lateral)
    }

    private mutating func vote(_ ratio: Float, step: Float) {
        agreement += step / (step + Self.voting) * (ratio - agreement)
        guard agreement < -0.1 else { return }
        lateral = -lateral
        agreement = -agreement
    }

    private static func mirror(_ points: inout [SIMD3<Float>]) {
        for (left, right) in pairs { points.swapAt(left, right) }
        for index in points.indices { points[index].z = -points[index].z }
    }
}

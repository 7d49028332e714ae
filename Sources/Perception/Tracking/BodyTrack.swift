import Foundation
package import Gait

/// One person in one frame.
package struct TrackedBody: Sendable {
    /// The person's number: constant from frame to frame; a tracker never reuses one.
    package let number: Int
    /// The body's landmarks, in pixels of the frame as sent, regardless of the image's reduction.
    package let landmarks: BodyLandmarks
    /// The 16 joints relative to the root, meters, in the camera's directions with y up; filtered over time.
    package let pose: Pose
}

/// One person followed through a camera's images: the identity, and the body attributed to it.
struct BodyTrack {
    /// The person whom the body belongs to. Two tracks exchange identities if they turn out to follow each other's person.
    struct Identity {
        let number: Int
        /// When the person was first seen, seconds.
        let firstSeen: Double
        /// The person as last seen alone.
        var memory: Reidentification
    }

    /// When the person was lost, seconds, and the number of the person who hid them.
    struct Loss {
        let since: Double
        let rival: Int?
    }

    /// The smallest shift of an expected region that is applied, in shares of its side.
    private static let leastOffset: Float = 0.04

    var identity: Identity
    /// Nil while the person is followed.
    private(set) var loss: Loss?
    /// How many times in a row the person was not found.
    private(set) var misses = 0
    /// Whether the body was found in the newest frame.
    private(set) var isSeen = true
    /// The landmarks last found.
    private(set) var landmarks: BodyLandmarks
    /// The body's latest appearance.
    private(set) var appearance: Appearance?
    /// How the body moves in the image.
    private(set) var motion: ImageMotion
    /// The next region to search, from the latest landmarks or from the detector.
    private var region: PoseRegion
    /// The 16 joints of the newest landmarks, filtered.
    private(set) var pose = Pose()
    private var lifter = PoseLifter()

    init(
        number: Int, _ landmarks: BodyLandmarks, _ appearance: Appearance?, imageSize: SIMD2<Float>,
        at time: Double
    ) {
        self.landmarks = landmarks
        self.appearance = appearance
        region = landmarks.nextRegion
        motion = ImageMotion(at: region, seconds: time)
        identity = Identity(
            number: number, firstSeen: time, memory: Reidentification(motion: motion, appearance: appearance))
        pose = lifter.pose(of: landmarks, imageSize: imageSize, at: time)
    }

    var isLost: Bool { loss != nil }

    /// Begins a frame, in which the body has yet to be found.
    mutating func beginFrame() { isSeen = false }

    /// Where to search for the body at a time: the last region, shifted by the person's motion. Shifts under a few pixels
    /// of the network's input are ignored: at 30 frames a second a passer-by moves no more than that, and the region is
    /// steadier than the velocity.
    func expectedRegion(at time: Double) -> PoseRegion {
        var expected = region
        let offset = offset(at: time)
        if offset.length > Self.leastOffset * region.side { expected.center += offset }
        return expected
    }

    /// How far the body has moved since its landmarks were found, pixels.
    func offset(at time: Double) -> SIMD2<Float> { motion.velocity * motion.elapsed(at: time) }

    /// Records that the body was found; it is no longer lost.
    mutating func see(
        _ landmarks: BodyLandmarks, _ appearance: Appearance?, imageSize: SIMD2<Float>, at time: Double
    ) {
        (self.landmarks, self.appearance) = (landmarks, appearance)
        region = landmarks.nextRegion
        if isLost {
            motion = ImageMotion(at: region, seconds: time)
            lifter = PoseLifter()
        } else {
            motion.see(region, at: time)
        }
        (misses, isSeen, loss) = (0, true, nil)
        pose = lifter.pose(of: landmarks, imageSize: imageSize, at: time)
    }

    /// Records that the body was not found.
    mutating func miss() { misses += 1 }

    /// Lets the next frame search in a region where the detector found a person nearby.
    mutating func lookAgain(in region: PoseRegion, at time: Double) {
        self.region = region
        // `expectedRegion` adds the motion since the last sighting.
        self.region.center -= offset(at: time)
    }

    /// Marks the person as lost.
    mutating func lose(to rival: Int?, at time: Double) {
        loss = Loss(since: time, rival: rival)
        isSeen = false
    }

    /// Updates the memory of the person, who was alone in the newest frame.
    mutating func remember() { identity.memory.renew(motion: motion, appearance: appearance) }

    /// How unlike the track's person a track's body is.
    func difference(from body: BodyTrack, at time: Double) -> Float {
        identity.memory.difference(from: body.expectedRegion(at: time), body.appearance, at: time)
    }
}

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

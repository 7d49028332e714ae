import Gait

/// One person who is followed through a camera's images: who it is, and the body that is taken for theirs.
struct BodyTrack {
    /// Whom the body belongs to. Two tracks exchange it when they are found to have followed each other's person.
    struct Identity {
        let number: Int
        /// When the person was first seen, seconds.
        let firstSeen: Double
        /// The person as last seen alone.
        var memory: Reidentification
    }

    /// Since when the person is lost, seconds, and the number of whoever was in front of them.
    struct Loss {
        let since: Double
        let rival: Int?
    }

    /// The shift of an expected region from which it is made, in shares of its side.
    private static let leastOffset: Float = 0.04

    var identity: Identity
    /// Nil while the person is followed.
    private(set) var loss: Loss?
    /// How often in a row the person was not found.
    private(set) var misses = 0
    /// Whether the body was found in the newest frame.
    private(set) var isSeen = true
    /// The landmarks last found.
    private(set) var landmarks: BodyLandmarks
    /// What the body last looked like.
    private(set) var appearance: Appearance?
    /// How the body moves in the image.
    private(set) var motion: ImageMotion
    /// The region that the landmarks last found, or the detector, leave to be looked at.
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

    /// A frame begins, in which the body was not found yet.
    mutating func beginFrame() { isSeen = false }

    /// Where the body is looked for at a time: the last region, moved on as the person moves. Not by less than a few
    /// pixels of the network's input: somebody who walks past at 30 frames a second moves by that, and the region is
    /// steadier than the velocity.
    func expectedRegion(at time: Double) -> PoseRegion {
        var expected = region
        let offset = offset(at: time)
        if (offset * offset).sum().squareRoot() > Self.leastOffset * region.side { expected.centre += offset }
        return expected
    }

    /// By how much the body has moved since its landmarks were found, pixels.
    func offset(at time: Double) -> SIMD2<Float> { motion.velocity * motion.elapsed(at: time) }

    /// The body was found, and is no longer lost if it was.
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

    /// The body was looked for and not found.
    mutating func miss() { misses += 1 }

    /// The detector found somebody near, for whose landmarks the next frame looks.
    mutating func lookAgain(in region: PoseRegion, at time: Double) {
        self.region = region
        // `expectedRegion` moves it on from the last sighting.
        self.region.centre -= offset(at: time)
    }

    /// The person is lost.
    mutating func lose(to rival: Int?, at time: Double) {
        loss = Loss(since: time, rival: rival)
        isSeen = false
    }

    /// The person was alone in the newest frame, and is remembered as they were.
    mutating func remember() { identity.memory.renew(motion: motion, appearance: appearance) }

    /// How unlike the track's person a track's body is.
    func difference(from body: BodyTrack, at time: Double) -> Float {
        identity.memory.difference(from: body.expectedRegion(at: time), body.appearance, at: time)
    }
}

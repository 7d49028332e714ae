package import Gait

/// One person in one frame.
package struct TrackedBody: Sendable {
    /// The person's number: constant from frame to frame; a tracker never reuses one.
    package let number: Int
    /// The body's landmarks, in pixels of the frame as sent, regardless of the image's reduction.
    package let landmarks: BodyLandmarks
    /// The 16 joints as the picture shows them.
    package let pose: ImagePose
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
    /// The 16 joints of the newest landmarks.
    private(set) var pose = ImagePose(Pose())
    private var sides = LandmarkSides()

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
        pose = sides.pose(of: landmarks, imageSize: imageSize, at: time)
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
            sides = LandmarkSides()
        } else {
            motion.see(region, at: time)
        }
        (misses, isSeen, loss) = (0, true, nil)
        pose = sides.pose(of: landmarks, imageSize: imageSize, at: time)
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

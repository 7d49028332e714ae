import Foundation
import Gait

/// One person in view of one source.
struct Person: Sendable {
    /// Seconds that a person is seen before the first emotion, a little less for frames that are not quite regular.
    private static let firstSeconds = 1.95
    /// Seconds after the last window without a walk before the next emotion: it then holds two seconds of walking.
    private static let walkingSeconds = 1.0
    /// How much the newest body counts in the share of those that are a picture's.
    private static let pictureWeight: Float = 0.1

    /// Unique for the recognizer's life.
    let number: Int
    /// The name in the topics.
    let name: String
    /// The person's grid of due times, see ``DueTimes``.
    let phase: Double
    /// When the next emotion is due: seconds of arrival, or of the source's time with ``Cadence/consecutive(interval:)``.
    var due: Double
    private var buffer = PoseBuffer()
    var smoothing = ProbabilitySmoothing()
    /// When the newest pose arrived, monotonic seconds.
    var lastSeen: Double
    /// The newest pose's time, in the source's own.
    private(set) var time: Double
    /// The time of the first pose since the buffer was last empty.
    private(set) var firstTime: Double
    /// The newest root in the source's own frame, meters; nil if it is missing or has no place.
    private(set) var position: SIMD3<Float>?
    /// Whether the person waits in the queue of people who are due.
    var isWaiting = false
    private var motion = BodyMotion()
    private var imageMotion = ImageMotion()
    /// Whether the poses are those of pictures, which are lifted; nil before the first.
    private var isInPicture: Bool?
    /// What is known of the newest picture; nil if nothing is.
    private(set) var image: ImageGeometry?
    /// The share of the latest bodies whose heads are below their hips in the picture.
    private var invertedShare: Float = 0
    /// Whether the poses began again because of a leap.
    private var hasLeapt = false
    /// The share of the latest bodies whose numbers are a picture's.
    private var pictureShare: Float = 0
    /// The end of the newest window in which the person did not walk.
    private var lastStill: Double?

    init(number: Int, name: String, phase: Double, due: Double, seen: Double, time: Double) {
        (self.number, self.name, self.phase, self.due) = (number, name, phase, due)
        (lastSeen, self.time, firstTime) = (seen, time, time)
    }

    /// What became of a body.
    struct Taken {
        /// What the buffer did with the pose.
        var admission: Admission
        /// Whether the poses begin again with this one, because the person moved faster than people can.
        var isLeap = false
        /// Whether the person has to wait in the queue from now on.
        var becomesDue = false
    }

    /// Takes in the person's next pose.
    ///
    /// An empty pose still shows that the person is present but cannot be classified.
    ///
    /// - Parameter origin: What the body's coordinates are relative to.
    mutating func take(
        _ body: SourceBody, origin: CoordinateOrigin, time: Double, arrival: Double, _ cadence: Cadence
    ) -> Taken {
        lastSeen = arrival
        let hasPlace = origin == .world
        let isInPicture = origin == .image
        // Rays and meters do not mix in a window.
        let isOfOtherKind = self.isInPicture.map { $0 != isInPicture } ?? false
        self.isInPicture = isInPicture
        pictureShare += ((body.looksLikeImage ? 1 : 0) - pictureShare) * Self.pictureWeight
        // What stands in a picture has no place in the world.
        let pose = body.looksLikeImage ? Pose() : body.pose
        let isLeap =
            isOfOtherKind
            || (isInPicture
                ? imageMotion.isLeap(to: ImagePose(pose), at: time)
                : motion.isLeap(to: pose, of: body.identifier, hasPlace: hasPlace, at: time))
        if isLeap {
            restart(at: time, cadence)
            hasLeapt = true
        }
        var taken = Taken(admission: buffer.append(pose, at: time), isLeap: isLeap)
        guard taken.admission == .accepted || taken.admission == .empty else { return taken }
        if taken.admission == .accepted {
            if isInPicture {
                noteImage(ImagePose(pose), body, at: time)
            } else {
                motion.note(pose, hasPlace: hasPlace, at: time)
            }
        }
        self.time = time
        position = body.looksLikeImage ? nil : body.position
        guard !isWaiting, isDue(cadence, arrival: arrival) else { return taken }
        isWaiting = true
        taken.becomesDue = true
        return taken
    }

    private mutating func noteImage(_ pose: ImagePose, _ body: SourceBody, at time: Double) {
        imageMotion.note(pose, at: time)
        image = body.image
        guard let isInverted = pose.isInverted else { return }
        invertedShare += ((isInverted ? 1 : 0) - invertedShare) * Self.pictureWeight
    }

    private func isDue(_ cadence: Cadence, arrival: Double) -> Bool {
        switch cadence {
        case .spread: due <= arrival
        // A window that begins before the person was seen is partly made up.
        case .consecutive: due - 1e-6 <= time && time - PoseBuffer.windowSeconds >= firstTime - 1e-6
        }
    }

    /// The newest pose; nil if there is none.
    var newestPose: Pose? { buffer.newestPose }

    /// The window that ends with the newest pose, or why there is none.
    ///
    /// - Parameter oldestPose: Seconds by which the newest pose may be older than the newest frame.
    mutating func window(oldestPose: Double) -> Result<SeenWindow, Unread> {
        if pictureShare > 0.5 { return .failure(Unread(reason: .looksLikeImage)) }
        if invertedShare > 0.5 { return .failure(Unread(reason: .upsideDown)) }
        guard time - firstTime >= Self.firstSeconds else {
            return .failure(Unread(reason: hasLeapt ? .leap : .tooShort))
        }
        hasLeapt = false
        guard let end = buffer.newestStamp, time - end <= oldestPose else {
            return .failure(Unread(reason: .gaps))
        }
        if isInPicture == true {
            return buffer.imageWindow().map { .success(.image($0)) } ?? .failure(Unread(reason: .gaps))
        }
        buffer.removeOutlyingJoints()
        return buffer.window().map { .success(.gait($0)) } ?? .failure(Unread(reason: .gaps))
    }

    /// Notes a window in which the person did not walk.
    mutating func noteStill(at end: Double) { lastStill = end }

    /// Whether the person has walked for two seconds at a window's end.
    func hasWalkedLongEnough(at end: Double) -> Bool {
        lastStill.map { end - $0 >= Self.walkingSeconds - 1e-6 } ?? true
    }

    /// Forgets the poses and what they showed: the source's clock has jumped, or another person may be there.
    mutating func restart(at time: Double, _ cadence: Cadence) {
        buffer.reset()
        smoothing.reset()
        motion = BodyMotion()
        (imageMotion, invertedShare) = (ImageMotion(), 0)
        (firstTime, lastStill, hasLeapt) = (time, nil, false)
        if case .consecutive = cadence { due = -.infinity }
    }
}

/// What was seen of a person in 2.5 s.
enum SeenWindow: Sendable {
    case gait(GaitWindow)
    /// In pictures, to be lifted.
    case image(ImageWindow)
}

/// Why a person has no window.
struct Unread: Error {
    let reason: UnreadReason
}

/// Tells a person's motion from a leap that no person can make: then another one has taken the id.
private struct BodyMotion: Sendable {
    /// The fastest that a person moves, meters a second.
    private static let fastest: Float = 5
    /// The fastest after a time without poses that interpolation does not bridge: a walk, since nothing shows the way.
    private static let fastestUnseen: Float = 2
    /// The longest time without poses that interpolation bridges, seconds.
    private static let longestBridge = PoseBuffer.Options().maximumGap
    /// What a root may move besides, meters: estimators find it anew in each frame.
    private static let tolerance: Float = 0.15
    /// What the joints may move on average relative to the root, meters.
    private static let postureTolerance: Float = 0.08
    /// How many times its typical value a deviation may be.
    private static let allowance: Float = 4
    private static let postureAllowance: Float = 3
    /// The most that one step adds to the typical change, meters: a leap is no noise.
    private static let largestJitter: Float = 0.3
    /// The weight of the newest in a typical value.
    private static let weight: Float = 0.1
    /// Joints that both poses need.
    private static let leastJoints = 8

    private var last: (pose: Pose, time: Double)?
    private var lastRoot: (place: SIMD3<Float>, time: Double)?
    private var step: SIMD3<Float>?
    /// The typical change from one step of the root to the next, meters: the source's noise.
    private var jitter: Float = 0.02
    /// The typical distance of the joints, relative to the root, from one pose to the next, meters.
    private var posture: Float = 0.05

    /// Whether the pose is further from the last one than the same person can be.
    func isLeap(
        to pose: Pose, of identifier: SourceBody.Identifier, hasPlace: Bool, at time: Double
    ) -> Bool {
        if hasPlace {
            guard let lastRoot, let root = pose.position(.root), time > lastRoot.time else { return false }
            let seconds = time - lastRoot.time
            let speed = seconds <= Self.longestBridge ? Self.fastest : Self.fastestUnseen
            return (root - lastRoot.place).length
                > speed * Float(seconds) + Self.tolerance + Self.allowance * jitter
        }
        // Without places only posture tells who is who. A camera's tracker follows people in the picture.
        if case .numbered = identifier { return false }
        guard let last, let moved = Self.distance(last.pose, pose) else { return false }
        return moved > Self.postureTolerance + Self.postureAllowance * posture
    }

    /// Keeps a pose that was accepted.
    mutating func note(_ pose: Pose, hasPlace: Bool, at time: Double) {
        if hasPlace, let root = pose.position(.root) {
            if let lastRoot {
                let new = root - lastRoot.place
                if let step {
                    jitter += Self.weight * (min((new - step).length, Self.largestJitter) - jitter)
                }
                step = new
            }
            lastRoot = (root, time)
        }
        if let last, let moved = Self.distance(last.pose, pose) { posture += Self.weight * (moved - posture) }
        last = (pose, time)
    }

    /// The mean distance of the joints relative to the root; nil if too few are in both poses.
    private static func distance(_ one: Pose, _ other: Pose) -> Float? {
        guard let from = one.position(.root), let to = other.position(.root) else { return nil }
        var (sum, count): (Float, Int) = (0, 0)
        for joint in Joint.allCases {
            guard let a = one.position(joint), let b = other.position(joint) else { continue }
            sum += ((b - to) - (a - from)).length
            count += 1
        }
        return count >= leastJoints ? sum / Float(count) : nil
    }
}

import Gait
import Messaging

/// The skeletons of the people in view, for `robots/{robot}/poses`.
struct PoseMessages {
    /// Seconds between two messages of a robot, in the mean.
    private static let interval = 1.0 / 30

    private struct Known {
        let pose: Pose
        let hasPlace: Bool
    }

    /// Everyone's newest pose, by number.
    private var poses: [Int: Known] = [:]
    /// When each robot's next message is due; monotonic seconds.
    private var due: [String: Double] = [:]
    private var payload = SkeletonPayload()

    /// Keeps a person's newest pose.
    ///
    /// - Parameters:
    ///   - pose: Meters, y up.
    ///   - hasPlace: Whether it is where the person is, or relative to anything.
    mutating func note(_ pose: Pose, hasPlace: Bool, of person: Int) {
        poses[person] = Known(pose: pose, hasPlace: hasPlace)
    }

    /// Keeps the last pose of a lifted window.
    mutating func note(lifted gait: Gait, of person: Int) {
        note(gait.pose(frame: gait.frames - 1), hasPlace: false, of: person)
    }

    mutating func forget(_ person: Int) { poses[person] = nil }

    /// Forgets everything, as when nothing is published any more.
    mutating func reset() { (poses, due) = ([:], [:]) }

    /// A robot's next message; nil if it is too early for one.
    ///
    /// If somebody's place is unknown, everybody is shown relative to the root.
    ///
    /// - Parameters:
    ///   - people: The numbers and names of those in the robot's view.
    ///   - stamp: The newest frame's.
    ///   - now: Monotonic seconds.
    mutating func message(
        of people: [(number: Int, name: String)], robot: String, stamp: Double, now: Double
    ) -> [UInt8]? {
        // A frame may be early by half an interval, or a steady source of 30 frames a second would lose some.
        let early = Self.interval / 2
        let due = due[robot] ?? now
        guard now >= due - early else { return nil }
        self.due[robot] = max(due, now - early) + Self.interval
        let shown = people.compactMap { person in
            poses[person.number].map { (name: person.name, known: $0) }
        }.prefix(SkeletonMessage.maximumBodies)
        let isInWorld = shown.allSatisfy(\.known.hasPlace)
        payload.begin(stamp: stamp, layout: .step16, origin: isInWorld ? .world : .root, frameID: nil)
        for (name, known) in shown {
            let pose = known.pose
            let root: SIMD3<Float> = isInWorld ? .zero : pose.position(.root) ?? .zero
            let joints = Joint.allCases.map { pose.position($0).map { $0 - root } }
            payload.append(id: name, written: SkeletonPayload.written(joints))
        }
        payload.end()
        return payload.bytes
    }
}

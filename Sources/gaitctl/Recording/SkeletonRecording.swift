import Gait
import Messaging

/// Reads the windows of everyone in a recording of skeleton messages, JSON lines
/// `{"topic":…, "at": seconds since the first line, "payload": {…}}`.
struct SkeletonRecording {
    /// The windows, in order of time.
    private(set) var windows: [NamedWindow] = []
    /// Lines and messages that could not be read, by reason.
    private(set) var rejected: [String: Int] = [:]

    private let every: Double
    private var people: [String: Person] = [:]
    private var trackers: [String: PersonTracker] = [:]
    private var numbersGiven = 0
    private var message = SkeletonMessage()

    private struct Person {
        var buffer = PoseBuffer()
        var due = -Double.infinity
        /// The stamp of the first pose.
        var first: Double?
    }

    /// - Parameter every: seconds between two windows of a person.
    init(every: Double) { self.every = every }

    /// Reads a file to its end.
    ///
    /// - Throws: `CommandFailure.failure` where the file cannot be read, has no whole window, or Ctrl-C came.
    mutating func read(_ path: String) throws(CommandFailure) {
        let topics: Topics
        do { topics = try Topics(node: "gaitctl") } catch { throw .failure("\(error)") }
        var reader = try RecordingReader(path)
        while let recorded = try reader.next() {
            try Interruption.check()
            read(recorded, topics)
        }
        for (reason, lines) in reader.damage.reasons { count(reason, lines.count) }
        if windows.isEmpty {
            let reasons = rejected.map { "\($0.key): \($0.value)" }.sorted().joined(separator: ", ")
            throw .failure(
                "\(path) has no whole window of 2.5 s\(reasons.isEmpty ? "" : "; rejected \(reasons)")")
        }
    }

    private mutating func read(_ recorded: RecordedMessage, _ topics: Topics) {
        guard let source = topics.parseSkeletons(recorded.topic) else { return }
        do { try message.decode(recorded.payload) } catch { return count(error.reason.rawValue) }
        for reason in RejectionReason.allCases where message.bodyRejections[reason] > 0 {
            count(reason.rawValue, message.bodyRejections[reason])
        }
        let (stamp, at) = (message.stamp ?? recorded.at, recorded.at)
        let numbers = follow(
            message.bodies.filter { $0.id == nil }, topic: recorded.topic, stamp: stamp, at: at)
        var next = 0
        for body in message.bodies {
            if body.id == nil { next += 1 }
            guard let identifier = body.id ?? numbers[next - 1].map({ "t\($0)" }) else { continue }
            let name = "\(source.robot)/\(source.person(identifier: identifier))"
            add(body.pose, name: name, stamp: stamp, at: at)
        }
    }

    /// The numbers of bodies that come without ids, as gaitd follows them.
    private mutating func follow(
        _ bodies: [SkeletonMessage.Body], topic: String, stamp: Double, at: Double
    ) -> [Int?] {
        // Relative to its root the one body that may lack an id is always in the same place.
        let places = bodies.map { message.origin == .root ? SIMD2<Float>.zero : $0.pose.place }
        var tracker = trackers[topic] ?? PersonTracker(timeout: 3)
        tracker.follow(places.compactMap(\.self), stamp: stamp, arrival: at) {
            numbersGiven += 1
            return numbersGiven
        }
        trackers[topic] = tracker
        var found = tracker.numbers.makeIterator()
        return places.map { $0 == nil ? nil : found.next() ?? nil }
    }

    /// - Parameters:
    ///   - stamp: the moment of acquisition by the source's clock.
    ///   - at: the moment of arrival since the recording's beginning.
    private mutating func add(_ pose: Pose, name: String, stamp: Double, at: Double) {
        var person = people[name] ?? Person()
        defer { people[name] = person }
        _ = person.buffer.append(pose, at: stamp)
        if person.first == nil { person.first = stamp }
        // A window that begins before the person was seen is partly made up.
        guard stamp >= person.due, let window = person.buffer.window(),
            window.start >= (person.first ?? 0) - 1e-6
        else { return }
        person.due = stamp + every
        windows.append(NamedWindow(name: name, start: at - (stamp - window.start), gait: window.gait))
    }

    private mutating func count(_ reason: String, _ times: Int = 1) {
        rejected[reason, default: 0] += times
    }
}

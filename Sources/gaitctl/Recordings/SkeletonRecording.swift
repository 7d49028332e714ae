import Gait
import GaitNode
import Messaging
import Recognition

/// Reads the windows of everyone in a recording of skeleton messages, JSON lines
/// `{"topic":…, "at": seconds since the first line, "payload": {…}}`, as gaitd reads them: the same clocks, identities
/// and buffers.
struct SkeletonRecording {
    /// The windows, in order of time.
    private(set) var windows: [NamedWindow] = []
    /// Lines, messages and bodies that could not be used, by reason.
    private(set) var rejected: [String: Int] = [:]

    private var recognizer: Recognizer
    private var sources: [String: (number: Int, robot: String)] = [:]
    // Reused from message to message.
    private var message = SkeletonMessage()
    private var bodies: [SourceBody] = []
    private var events: [RecognitionEvent] = []
    private var due: [Recognizer.DueWindow] = []

    /// - Parameter every: Seconds between two windows of a person.
    init(every: Double) {
        recognizer = Recognizer(Recognizer.Settings(cadence: .consecutive(interval: every)))
    }

    /// Reads a file to its end.
    ///
    /// - Throws: `CommandFailure.failure` if the file cannot be read or has no whole window, or at Ctrl-C.
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
        guard let (source, robot) = source(of: recorded.topic, topics) else { return }
        do { try message.decode(recorded.payload) } catch { return count(error.reason.rawValue) }
        for (reason, times) in message.bodyRejections.byName { count(reason, times) }
        message.write(to: &bodies)
        events.removeAll(keepingCapacity: true)
        recognizer.removeAbsent(at: recorded.at, events: &events)
        recognizer.take(
            bodies, from: source, origin: message.origin, stamp: message.stamp, arrival: recorded.at,
            wallClock: recorded.at, events: &events
        ) { Topics.isValidName($0) ? nil : .invalidName }
        for event in events {
            switch event {
            case .dropped(let reason): count(reason.rawValue)
            case .implausible: count(RejectionReason.implausibleGeometry.rawValue)
            case .invalidName: count(RejectionReason.invalidID.rawValue)
            case .accepted, .arrived, .restarted, .kept, .left: break
            }
        }
        recognizer.nextWindows(limit: .max, into: &due)
        for person in due {
            guard let window = person.window else { continue }
            windows.append(
                NamedWindow(
                    name: "\(robot)/\(person.name)", start: person.arrival - (person.time - window.start),
                    gait: window.gait))
        }
    }

    /// The recognizer's number of a topic's source, and its robot; nil for other topics than those of skeletons.
    private mutating func source(of topic: String, _ topics: Topics) -> (number: Int, robot: String)? {
        if let source = sources[topic] { return source }
        guard let found = topics.parseSkeletons(topic) else { return nil }
        let source = (
            number: recognizer.addSource(robot: found.robot, camera: found.camera), robot: found.robot
        )
        sources[topic] = source
        return source
    }

    private mutating func count(_ reason: String, _ times: Int = 1) {
        rejected[reason, default: 0] += times
    }
}

package import Gait
package import Messaging
import Recognition

/// The windows of everyone in recorded skeleton messages, read as the daemon reads them: the same clocks, identities
/// and buffers.
package struct RecordedWindows {
    /// Two and a half seconds of a person, as `{robot}/{person}`.
    ///
    /// The start is in seconds since the recording's beginning.
    package struct Window {
        package let name: String
        package let start: Double
        package let gait: Gait
        /// Why the window is not read; nil if the person walks.
        package let unread: (state: EmotionState, reason: UnreadReason?)?

        package init(
            name: String, start: Double, gait: Gait, unread: (state: EmotionState, reason: UnreadReason?)?
        ) {
            (self.name, self.start, self.gait, self.unread) = (name, start, gait, unread)
        }
    }

    /// In order of time.
    package private(set) var windows: [Window] = []
    /// How often a person was due without a whole window.
    package private(set) var insufficient = 0
    /// Messages and bodies that could not be used, by reason.
    package private(set) var rejected: [String: Int] = [:]

    private let topics: Topics
    private let lift: Lift?
    private var recognizer: Recognizer
    private var sources: [String: (number: Int, robot: String)] = [:]
    // Reused from message to message.
    private var message = SkeletonMessage()
    private var bodies: [SourceBody] = []
    private var events: [RecognitionEvent] = []
    private var due: [Recognizer.DueWindow] = []
    private var decisions: [EmotionDecision] = []

    /// - Parameters:
    ///   - every: Seconds between two windows of a person.
    ///   - lift: Lifts people in pictures, who are rejected without it.
    package init(every: Double, topics: Topics, lift: Lift? = nil) {
        (self.topics, self.lift) = (topics, lift)
        recognizer = Recognizer(Recognizer.Settings(cadence: .consecutive(interval: every)))
    }

    /// Takes in the next message; topics other than those of skeletons are passed over.
    package mutating func take(_ recorded: RecordedMessage) {
        guard let (source, robot) = source(of: recorded.topic) else { return }
        do { try message.decode(recorded.payload) } catch { return reject(error.reason.rawValue) }
        if message.origin == .image, lift == nil { return reject(ServedLifter.missing) }
        for (reason, times) in message.bodyRejections.byName { reject(reason, times) }
        message.write(to: &bodies)
        events.removeAll(keepingCapacity: true)
        recognizer.removeAbsent(at: recorded.at, events: &events)
        recognizer.take(
            &bodies, from: source, origin: message.origin, stamp: message.stamp, arrival: recorded.at,
            wallClock: recorded.at, events: &events
        ) { Topics.isValidName($0) ? nil : .invalidName }
        for event in events {
            switch event {
            case .dropped(let reason): reject(reason.rawValue)
            case .implausible: reject(RejectionReason.implausibleGeometry.rawValue)
            case .invalidName: reject(RejectionReason.invalidID.rawValue)
            case .accepted, .arrived, .restarted, .kept, .left: break
            }
        }
        recognizer.nextWindows(limit: .max, into: &due)
        // Only whether people walk is asked, not how.
        recognizer.decide(
            &due, into: &decisions, lift: { [lift] windows in lift?(windows) ?? [] },
            classify: { $0.map { _ in [1] } })
        for (person, decision) in zip(due, decisions) {
            guard let window = person.window else {
                insufficient += 1
                continue
            }
            windows.append(
                Window(
                    name: "\(robot)/\(person.name)", start: person.arrival - (person.time - window.start),
                    gait: window.gait,
                    unread: decision.state == .ok ? nil : (decision.state, decision.reason)))
        }
    }

    /// The recognizer's number of a topic's source, and its robot; nil for other topics than those of skeletons.
    private mutating func source(of topic: String) -> (number: Int, robot: String)? {
        if let source = sources[topic] { return source }
        guard let found = topics.parseSkeletons(topic) else { return nil }
        let number = recognizer.addSource(robot: found.robot, camera: found.camera)
        sources[topic] = (number, found.robot)
        return sources[topic]
    }

    /// Counts what could not be used.
    package mutating func reject(_ reason: String, _ times: Int = 1) {
        rejected[reason, default: 0] += times
    }
}

package import Gait

/// What gaitd has published about simulated people since they began to walk.
package struct PerceptionRecord {
    /// One person, as simulated and as gaitd perceives them.
    package struct Person {
        package let robot: String
        /// The name that gaitd has for the person. It is nil for a person before a camera until gaitd names one.
        package fileprivate(set) var id: String?
        package let walksAs: Emotion
        /// Whether every person that the robot sees is this one: people before cameras have no id.
        fileprivate let isOnlyOne: Bool
        /// The newest message.
        package fileprivate(set) var newest: EmotionMessage?
        /// Messages of the state ok by the emotion that they name.
        fileprivate var votes: [String: Int] = [:]

        /// The emotion that most of the ok messages name; the newest decides between equals. Nil without such a message.
        package var perceived: String? {
            let most = votes.values.max()
            let leaders = votes.filter { $0.value == most }.keys.sorted()
            if let newest = newest?.emotion, leaders.contains(newest) { return newest }
            return leaders.first
        }
    }

    package private(set) var people: [Person]
    /// Emotion messages that arrived.
    package private(set) var emotionMessages = 0

    private let topics: Topics
    private let sources: Set<String>
    private var node: String?
    /// The newest health message of each node, and the frames that it had accepted before the people walked.
    private var healths: [String: (newest: HealthMessage, framesBefore: Int)] = [:]

    /// - Parameters:
    ///   - people: without an id where a robot's only person is meant, whatever the name.
    ///   - sources: theirs, as health messages name them.
    package init(
        people: [(robot: String, id: String?, emotion: Emotion)], sources: Set<String>, topics: Topics
    ) {
        self.topics = topics
        self.sources = sources
        self.people = people.map {
            Person(robot: $0.robot, id: $0.id, walksAs: $0.emotion, isOnlyOne: $0.id == nil)
        }
    }

    /// Takes in a message. It ignores payloads that are not gaitd's and people who are not simulated here.
    package mutating func take(_ message: MQTTMessage) {
        if let (robot, id) = topics.parseEmotion(message.topic) {
            // A retained emotion is of an earlier run.
            guard !message.retained, !message.payload.isEmpty,
                let index = people.firstIndex(where: {
                    $0.robot == robot && ($0.isOnlyOne || $0.id == id)
                }),
                let emotion = try? EmotionMessage(decoding: message.payload)
            else { return }
            emotionMessages += 1
            node = emotion.node
            people[index].newest = emotion
            people[index].id = id
            if emotion.state == .ok, let name = emotion.emotion { people[index].votes[name, default: 0] += 1 }
        } else if message.topic.hasSuffix("/health"),
            let health = try? HealthMessage(decoding: message.payload)
        {
            let name = String(message.topic.split(separator: "/").dropLast().last ?? "")
            var before = message.retained ? acceptedFrames(of: health) : healths[name]?.framesBefore ?? 0
            if let last = healths[name]?.newest, last.uptime > health.uptime { before = 0 }
            healths[name] = (health, before)
        }
    }

    /// The newest health message of the node that answers for these people, once one is known.
    package var health: HealthMessage? { answering?.newest }

    /// Messages of these robots, or frames, that gaitd says it accepted since the people began to walk.
    package var acceptedFrames: Int {
        answering.map { max(acceptedFrames(of: $0.newest) - $0.framesBefore, 0) } ?? 0
    }

    /// People whom gaitd perceives the emotion of that they walk with.
    package var readRight: Int { people.count { $0.perceived == $0.walksAs.rawValue } }

    private var answering: (newest: HealthMessage, framesBefore: Int)? {
        node.flatMap { healths[$0] } ?? healths.values.first
    }

    private func acceptedFrames(of health: HealthMessage) -> Int {
        health.sources.reduce(0) { sources.contains($1.key) ? $0 + $1.value.framesIn : $0 }
    }
}

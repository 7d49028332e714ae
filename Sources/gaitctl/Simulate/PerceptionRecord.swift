import Foundation
import Gait
import Messaging
import Simulation

/// What gaitd has published about the simulated people.
struct PerceptionRecord {
    /// What is known of one person.
    struct Person {
        let robot: String
        /// What gaitd calls the person: of somebody before a camera what it last called them, nil before it did.
        fileprivate(set) var id: String?
        let walksAs: Emotion
        /// Whether whomever the robot sees is this person: cameras give nobody an id.
        fileprivate let isWhoeverIsSeen: Bool
        /// The newest message.
        fileprivate(set) var newest: EmotionMessage?
        /// Messages of the state ok by the emotion that they name.
        fileprivate(set) var votes: [String: Int] = [:]

        /// The emotion that most of the ok messages name; the newest decides between equals; nil where there
        /// is none.
        var perceived: String? {
            let most = votes.values.max()
            let leaders = votes.filter { $0.value == most }.keys.sorted()
            if let newest = newest?.emotion, leaders.contains(newest) { return newest }
            return leaders.first
        }

        /// Whether the person is read as they walk.
        var isReadRight: Bool { perceived == walksAs.rawValue }
    }

    private(set) var people: [Person]
    /// Emotion messages that arrived.
    private(set) var emotionMessages = 0
    /// The newest health message of the node that answers for these people, once one is known.
    var health: HealthMessage? { node.flatMap { healths[$0] } ?? healths.values.first }

    private let topics: Topics
    private let sources: Set<String>
    private var node: String?
    private var healths: [String: HealthMessage] = [:]
    /// Frames that a node had accepted before the simulation began.
    private var framesBefore: [String: Int] = [:]

    init(_ view: SimulatedView, topics: Topics) {
        self.topics = topics
        people = view.people.map {
            Person(robot: $0.robot, id: $0.id, walksAs: $0.emotion, isWhoeverIsSeen: $0.id == nil)
        }
        sources = Set(view.robots.map { "\($0)/\(view.source(of: $0).name)" })
    }

    /// Takes in what arrived. A payload that is no message of gaitd's is ignored, as is a person who is not
    /// ours.
    mutating func take(_ message: MQTTMessage) {
        if let (robot, id) = topics.parseEmotion(message.topic) {
            // A retained emotion is of an earlier run.
            guard !message.retained, !message.payload.isEmpty,
                let index = people.firstIndex(where: {
                    $0.robot == robot && ($0.isWhoeverIsSeen || $0.id == id)
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
            if message.retained { framesBefore[name] = acceptedFrames(of: health) }
            if let last = healths[name], last.uptime > health.uptime { framesBefore[name] = 0 }
            healths[name] = health
        }
    }

    /// Messages of these robots, or frames, that gaitd says it accepted since the simulation began.
    var acceptedFrames: Int {
        guard let health else { return 0 }
        let name = node ?? healths.keys.first ?? ""
        return max(acceptedFrames(of: health) - (framesBefore[name] ?? 0), 0)
    }

    var readRight: Int { people.count { $0.isReadRight } }

    private func acceptedFrames(of health: HealthMessage) -> Int {
        health.sources.reduce(0) { sources.contains($1.key) ? $0 + $1.value.framesIn : $0 }
    }
}

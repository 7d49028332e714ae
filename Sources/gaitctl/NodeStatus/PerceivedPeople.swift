import Messaging

/// The people whose emotions nodes publish at the moment.
struct PerceivedPeople {
    struct Person {
        let robot: String
        let id: String
        let message: EmotionMessage
        /// Monotonic seconds.
        let arrival: Double
    }

    /// More than any node follows; the others are not shown.
    private static let maximumPeople = 4096
    /// Seconds after which a message is not of the present: a node that was killed clears nothing.
    private static let lifetime = 30.0

    private let topics: Topics
    private var byTopic: [String: Person] = [:]

    init(topics: Topics) { self.topics = topics }

    /// Takes in an emotion, or that a person has left. Whatever else arrives is passed over.
    mutating func take(_ message: MQTTMessage) {
        guard let (robot, id) = topics.parseEmotion(message.topic) else { return }
        if message.payload.isEmpty {
            byTopic[message.topic] = nil
        } else if let emotion = try? EmotionMessage(decoding: message.payload) {
            let arrival = (message.arrival ?? .now()).monotonic
            guard byTopic[message.topic] != nil || byTopic.count < PerceivedPeople.maximumPeople else {
                return
            }
            byTopic[message.topic] = Person(robot: robot, id: id, message: emotion, arrival: arrival)
        }
    }

    /// Forgets whose messages are too old.
    mutating func forgetOld(at now: Double) {
        byTopic = byTopic.filter { now - $0.value.arrival < PerceivedPeople.lifetime }
    }

    /// Those whom a node reads, by robot and id.
    func people(of node: String) -> [Person] {
        byTopic.values.filter { $0.message.node == node }.sorted { one, other in
            (one.robot, one.id.count, one.id) < (other.robot, other.id.count, other.id)
        }
    }
}

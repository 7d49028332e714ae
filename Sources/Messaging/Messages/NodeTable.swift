/// The nodes at a broker, by their own messages.
package struct NodeTable {
    package struct Node {
        package let name: String
        package fileprivate(set) var state: StateMessage.State?
        package fileprivate(set) var info: InfoMessage?
        package fileprivate(set) var health: HealthMessage?
        /// When the newest health message arrived, monotonic seconds; nil for a retained one.
        package fileprivate(set) var healthArrival: Double?

        /// The node's configured seconds between two health messages.
        package var healthInterval: Double {
            guard case .object(let values) = info?.configuration,
                case .number(let seconds) = values["health.interval"]
            else { return 10 }
            return seconds
        }

        /// Seconds since the newest health message, by our own clock if it came live, otherwise by the node's too; nil
        /// without one.
        package func healthAge(_ now: Arrival) -> Double? {
            guard let health else { return nil }
            return healthArrival.map { max(now.monotonic - $0, 0) } ?? now.wallClock - health.stamp
        }

        /// Whether the newest health message is no older than the interval between two of them allows.
        package func isHealthFresh(_ now: Arrival) -> Bool {
            guard let age = healthAge(now) else { return false }
            // Whether a retained message is current depends on two computers' clocks.
            return age <= 1.5 * healthInterval + 5 && age >= -5
        }
    }

    /// More nodes than any broker has. Further ones are ignored.
    private static let maximumNodes = 1000

    private let topics: Topics
    package private(set) var byName: [String: Node] = [:]

    package init(topics: Topics) { self.topics = topics }

    /// The nodes in the order of their names.
    package var nodes: [Node] { byName.values.sorted { $0.name < $1.name } }

    /// The filters of the messages that this takes in.
    package static func filters(_ topics: Topics) -> [String] {
        ["state", "info", "health"].map { "\(topics.nodes)/+/\($0)" }
    }

    /// Takes in a message and returns whether it was a node's. It ignores payloads that do not decode.
    @discardableResult
    package mutating func take(_ message: MQTTMessage) -> Bool {
        let prefix = "\(topics.nodes)/"
        guard message.topic.hasPrefix(prefix) else { return false }
        let levels = message.topic.dropFirst(prefix.count)
            .split(separator: "/", omittingEmptySubsequences: false)
        guard levels.count == 2, Topics.isValidName(String(levels[0])) else { return false }
        let name = String(levels[0])
        guard byName[name] != nil || byName.count < NodeTable.maximumNodes else { return false }
        var node = byName[name] ?? Node(name: name)
        switch levels[1] {
        case "state":
            guard let message = try? StateMessage(decoding: message.payload) else { return false }
            node.state = message.state
        case "info":
            guard let message = try? InfoMessage(decoding: message.payload) else { return false }
            node.info = message
        case "health":
            guard let health = try? HealthMessage(decoding: message.payload) else { return false }
            node.health = health
            node.healthArrival = message.retained ? nil : message.arrival?.monotonic
        default: return false
        }
        byName[name] = node
        return true
    }
}

extension InfoMessage {
    /// A text or number of the model card; nil if the card has none of that name.
    package func modelText(_ name: String) -> String? {
        guard case .object(let card) = model else { return nil }
        switch card[name] {
        case .string(let text): return text
        case .number(let number): return number == number.rounded() ? "\(Int(number))" : "\(number)"
        default: return nil
        }
    }

    /// Such as `step v1 (ab12cd34)`; nil without a model.
    package var modelName: String? {
        guard let name = modelText("name") else { return nil }
        let version = modelText("version").map { " v\($0)" } ?? ""
        let digest = modelText("sha256").map { " (\($0.prefix(8)))" } ?? ""
        return name + version + digest
    }
}

/// The people whose emotions nodes publish at the moment.
package struct PerceivedPeople {
    package struct Person {
        package let robot: String
        package let id: String
        package let message: EmotionMessage
        /// Monotonic seconds.
        package let arrival: Double
    }

    /// More than any node follows. Further ones are not shown.
    private static let maximumPeople = 4096
    /// Seconds after which a message is out of date: a node that was killed clears nothing.
    private static let lifetime = 30.0

    private let topics: Topics
    private var byTopic: [String: Person] = [:]

    package init(topics: Topics) { self.topics = topics }

    /// Takes in an emotion, or a person's departure. It ignores other messages.
    package mutating func take(_ message: MQTTMessage) {
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

    /// Forgets people whose messages are too old.
    package mutating func forgetOld(at now: Double) {
        byTopic = byTopic.filter { now - $0.value.arrival < PerceivedPeople.lifetime }
    }

    /// The people of a node, by robot and id.
    package func people(of node: String) -> [Person] {
        byTopic.values.filter { $0.message.node == node }.sorted { one, other in
            (one.robot, one.id.count, one.id) < (other.robot, other.id.count, other.id)
        }
    }
}

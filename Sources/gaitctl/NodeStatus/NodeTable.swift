import Messaging

/// What the nodes at a broker have said of themselves.
struct NodeTable {
    /// One node.
    struct Node {
        let name: String
        fileprivate(set) var state: StateMessage.State?
        fileprivate(set) var info: InfoMessage?
        fileprivate(set) var health: HealthMessage?
        /// When the newest health message arrived, monotonic seconds; nil for one that had been retained.
        fileprivate(set) var healthArrival: Double?

        /// Seconds between two health messages, as the node is configured.
        var healthInterval: Double {
            guard case .object(let values) = info?.configuration,
                case .number(let seconds) = values["health.interval"]
            else { return 10 }
            return seconds
        }
    }

    /// More nodes than any broker has; the others are not followed.
    private static let maximumNodes = 1000

    private let topics: Topics
    private(set) var byName: [String: Node] = [:]

    init(topics: Topics) { self.topics = topics }

    /// The nodes in the order of their names.
    var nodes: [Node] { byName.values.sorted { $0.name < $1.name } }

    /// The filters that bring what this takes in, of one node or of all.
    static func filters(_ topics: Topics, node: String?) -> [String] {
        ["state", "info", "health"].map { "\(topics.nodes)/\(node ?? "+")/\($0)" }
    }

    /// Takes in what arrived; whether it was a node's word. A payload that is no such message is passed over.
    @discardableResult
    mutating func take(_ message: MQTTMessage) -> Bool {
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
    /// A text of the model card; nil where the card has none of the name.
    func modelText(_ name: String) -> String? {
        guard case .object(let card) = model else { return nil }
        switch card[name] {
        case .string(let text): return text
        case .number(let number): return number == number.rounded() ? "\(Int(number))" : "\(number)"
        default: return nil
        }
    }

    /// As `step v1 (ab12cd34)`; nil where there is no model.
    var modelName: String? {
        guard let name = modelText("name") else { return nil }
        let version = modelText("version").map { " v\($0)" } ?? ""
        let digest = modelText("sha256").map { " (\($0.prefix(8)))" } ?? ""
        return name + version + digest
    }
}

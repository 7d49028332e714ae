import Messaging
import Testing

/// What a node has published, held against the schemas.
struct PublishedMessages {
    /// How many messages each schema was held against.
    private(set) var counts: [String: Int] = [:]

    /// Records an issue for every message that its schema does not allow. Topics of nobody's are passed over, and so
    /// are empty payloads, which clear what is retained.
    init(_ messages: [MQTTMessage], sourceLocation: SourceLocation = #_sourceLocation) throws {
        var schemas: [String: JSONSchema] = [:]
        for message in messages where !message.payload.isEmpty {
            guard let name = Self.schema(of: message.topic) else { continue }
            let schema = try schemas[name] ?? JSONSchema(name)
            schemas[name] = schema
            let faults = try schema.faults(in: message.payload)
            #expect(faults.isEmpty, "\(message.topic): \(faults)", sourceLocation: sourceLocation)
            counts[name, default: 0] += 1
        }
    }

    private static func schema(of topic: String) -> String? {
        let levels = topic.split(separator: "/")
        switch levels.first {
        case "gaitd" where levels.count >= 3:
            let name = String(levels[2])
            return ["state", "info", "health", "training", "response"].contains(name) ? name : nil
        case "robots":
            let name = String(levels[levels.count - 1])
            return ["people", "emotion", "skeletons"].contains(name) ? name : nil
        default: return nil
        }
    }
}

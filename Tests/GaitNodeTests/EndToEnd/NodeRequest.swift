import Foundation
import Messaging
import Testing

extension TestClient {
    /// Sends a request and waits for the answer on the command's response topic.
    func ask(
        _ command: String, _ json: String = "{}", within seconds: Double = 30,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ResponseMessage {
        let before = log.messages.count
        try publish("gaitd/n1/request/\(command)", json)
        return try await log.first(
            ResponseMessage.self, on: "gaitd/n1/response/\(command)", from: before, within: seconds,
            sourceLocation: sourceLocation)
    }

    /// Waits for the training message that meets the predicate.
    func training(
        from index: Int = 0, within seconds: Double = 30, sourceLocation: SourceLocation = #_sourceLocation,
        where predicate: @escaping @Sendable (TrainingMessage) -> Bool
    ) async throws -> TrainingMessage {
        try await log.first(
            TrainingMessage.self, on: "gaitd/n1/training", from: index, within: seconds,
            sourceLocation: sourceLocation, where: predicate)
    }

    /// Waits until the node listens.
    func nodeIsOnline(from index: Int = 0) async throws {
        _ = try await log.first(InfoMessage.self, on: "gaitd/n1/info", from: index)
    }
}

extension JSONValue {
    /// A field of an object; nil of anything else.
    subscript(name: String) -> JSONValue? {
        if case .object(let fields) = self { fields[name] } else { nil }
    }

    /// The elements of an array; empty of anything else.
    var elements: [JSONValue] {
        if case .array(let elements) = self { elements } else { [] }
    }

    /// The number; nil of anything else.
    var number: Double? {
        if case .number(let number) = self { number } else { nil }
    }
}

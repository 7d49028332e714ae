import Foundation
import Messaging
import Synchronization
import Testing

/// What a subscriber received, and whoever waits for something in it.
final class MessageLog: Sendable {
    private struct Waiter {
        let predicate: @Sendable (MQTTMessage) -> Bool
        let continuation: CheckedContinuation<MQTTMessage?, Never>
    }

    private struct State {
        var messages: [MQTTMessage] = []
        var waiters: [Int: Waiter] = [:]
        var handedOut = 0
    }

    private let state = Mutex(State())

    /// All messages so far, in order.
    var messages: [MQTTMessage] { state.withLock { $0.messages } }

    func add(_ message: MQTTMessage) {
        state.withLock { state in
            state.messages.append(message)
            for (key, waiter) in state.waiters where waiter.predicate(message) {
                state.waiters[key] = nil
                waiter.continuation.resume(returning: message)
            }
        }
    }

    /// The first message, from the one with the given index on, that meets the predicate.
    ///
    /// - Throws: An issue at the caller's place when there was none within the deadline.
    func first(
        from index: Int = 0, within seconds: Double = 90, sourceLocation: SourceLocation = #_sourceLocation,
        where predicate: @escaping @Sendable (MQTTMessage) -> Bool
    ) async throws -> MQTTMessage {
        let message = await withCheckedContinuation { continuation in
            let (found, key) = state.withLock { state -> (MQTTMessage?, Int) in
                if let found = state.messages.dropFirst(index).first(where: predicate) { return (found, 0) }
                state.handedOut += 1
                state.waiters[state.handedOut] = Waiter(predicate: predicate, continuation: continuation)
                return (nil, state.handedOut)
            }
            if let found { return continuation.resume(returning: found) }
            Task {
                try? await Task.sleep(for: .seconds(seconds))
                let waiter = self.state.withLock { $0.waiters.removeValue(forKey: key) }
                waiter?.continuation.resume(returning: nil)
            }
        }
        return try #require(message, "no such message within \(seconds) s", sourceLocation: sourceLocation)
    }

    /// The first message of a topic, decoded, that meets the predicate.
    func first<Message: JSONMessage>(
        _ type: Message.Type, on topic: String, from index: Int = 0, within seconds: Double = 90,
        sourceLocation: SourceLocation = #_sourceLocation,
        where predicate: @escaping @Sendable (Message) -> Bool = { _ in true }
    ) async throws -> Message {
        let message = try await first(from: index, within: seconds, sourceLocation: sourceLocation) {
            message in
            guard message.topic == topic, let decoded = try? Message(decoding: message.payload) else {
                return false
            }
            return predicate(decoded)
        }
        return try Message(decoding: message.payload)
    }
}

/// A client that receives everything at a broker, and publishes for the test.
final class TestClient: Sendable {
    let log: MessageLog
    private let client: MQTTClient

    init(port: Int) throws {
        let log = MessageLog()
        self.log = log
        var configuration = MQTTClient.Configuration(
            host: "127.0.0.1", port: port, clientIdentifier: "test-" + UUID().uuidString)
        configuration.maximumPayloadBytes = 8 << 20
        configuration.maximumQueuedMessages = 1 << 14
        configuration.firstRetrySeconds = 0.05
        configuration.longestRetrySeconds = 0.1
        client = try MQTTClient(configuration, onMessage: { log.add($0) })
        try client.subscribe("#", qualityOfService: .atLeastOnce)
        try client.start()
    }

    deinit {
        client.stop(deadline: 0.5)
    }

    func publish(_ topic: String, _ text: String, retained: Bool = false) throws {
        try publish(topic, Array(text.utf8), retained: retained)
    }

    func publish(_ topic: String, _ payload: [UInt8], retained: Bool = false) throws {
        try publish(
            MQTTMessage(topic: topic, payload: payload, qualityOfService: .atLeastOnce, retained: retained))
    }

    func publish(_ message: MQTTMessage) throws {
        try client.publish(message)
    }
}

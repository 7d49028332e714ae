import Foundation
package import Messaging
import Synchronization
package import Testing

/// A client that keeps everything it hears at a broker, and publishes for a test.
package final class TestClient: Sendable {
    private struct Waiter {
        let predicate: @Sendable (MQTTMessage) -> Bool
        let continuation: CheckedContinuation<MQTTMessage?, Never>
    }

    /// The messages so far, and the tests that wait for one.
    private final class Log: Sendable {
        struct State {
            var messages: [MQTTMessage] = []
            var waiters: [Int: Waiter] = [:]
            var handedOut = 0
        }

        let state = Mutex(State())

        func add(_ message: MQTTMessage) {
            state.withLock { state in
                state.messages.append(message)
                for (key, waiter) in state.waiters where waiter.predicate(message) {
                    state.waiters[key] = nil
                    waiter.continuation.resume(returning: message)
                }
            }
        }
    }

    package let port: Int
    private let log = Log()
    private let client: MQTTClient
    private let sources = Mutex<[Task<Void, Never>]>([])

    /// - Parameter port: the broker's, on the loopback interface.
    package init(port: Int) throws {
        self.port = port
        let log = log
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

    deinit { close() }

    /// Ends its sources and its connection.
    package func close() {
        for source in sources.withLock({ $0 }) { source.cancel() }
        client.stop(deadline: 0.5)
    }

    /// All messages so far, in order.
    package var messages: [MQTTMessage] { log.state.withLock { $0.messages } }

    /// The first message, from the one with the given index on, that meets the predicate.
    ///
    /// - Throws: an issue at the caller's place if none came within the deadline.
    package func first(
        from index: Int = 0, within seconds: Double = 90, sourceLocation: SourceLocation = #_sourceLocation,
        where predicate: @escaping @Sendable (MQTTMessage) -> Bool
    ) async throws -> MQTTMessage {
        let message = await withCheckedContinuation { continuation in
            let (found, key) = log.state.withLock { state -> (MQTTMessage?, Int) in
                if let found = state.messages.dropFirst(index).first(where: predicate) { return (found, 0) }
                state.handedOut += 1
                state.waiters[state.handedOut] = Waiter(predicate: predicate, continuation: continuation)
                return (nil, state.handedOut)
            }
            if let found { return continuation.resume(returning: found) }
            Task { [log] in
                try? await Task.sleep(for: .seconds(seconds))
                let waiter = log.state.withLock { $0.waiters.removeValue(forKey: key) }
                waiter?.continuation.resume(returning: nil)
            }
        }
        return try #require(message, "no such message within \(seconds) s", sourceLocation: sourceLocation)
    }

    /// The first message of a topic, decoded, that meets the predicate.
    package func first<Message: JSONMessage>(
        _ type: Message.Type, on topic: String, from index: Int = 0, within seconds: Double = 90,
        sourceLocation: SourceLocation = #_sourceLocation,
        where predicate: @escaping @Sendable (Message) -> Bool = { _ in true }
    ) async throws -> Message {
        let message = try await first(from: index, within: seconds, sourceLocation: sourceLocation) {
            guard $0.topic == topic, let decoded = try? Message(decoding: $0.payload) else { return false }
            return predicate(decoded)
        }
        return try Message(decoding: message.payload)
    }

    /// The first so many messages that meet the predicate.
    package func first(
        _ count: Int, sourceLocation: SourceLocation = #_sourceLocation,
        where predicate: @escaping @Sendable (MQTTMessage) -> Bool
    ) async throws -> [MQTTMessage] {
        let found = Mutex(0)
        _ = try await first(sourceLocation: sourceLocation) { message in
            guard predicate(message) else { return false }
            return found.withLock {
                $0 += 1
                return $0 == count
            }
        }
        return Array(messages.filter(predicate).prefix(count))
    }

    package func publish(_ topic: String, _ text: String, retained: Bool = false) throws {
        try publish(topic, Array(text.utf8), retained: retained)
    }

    package func publish(_ topic: String, _ payload: [UInt8], retained: Bool = false) throws {
        try publish(
            MQTTMessage(topic: topic, payload: payload, qualityOfService: .atLeastOnce, retained: retained))
    }

    package func publish(_ message: MQTTMessage) throws { try client.publish(message) }

    /// Publishes what the closure makes of a frame's number and its time at 30 Hz, three times as fast as the time
    /// passes, until it is canceled or the client closes.
    @discardableResult
    package func stream(
        to topic: String, _ message: @escaping @Sendable (_ frame: Int, _ time: Double) -> String
    ) -> Task<Void, Never> {
        let source = Task { [client] in
            var frame = 0
            while !Task.isCancelled {
                let payload = Array(message(frame, Double(frame) / 30).utf8)
                try? client.publish(
                    MQTTMessage(topic: topic, payload: payload, qualityOfService: .atLeastOnce))
                frame += 1
                try? await Task.sleep(for: .milliseconds(11))
            }
        }
        sources.withLock { $0.append(source) }
        return source
    }
}

/// Runs a test with a client that hears everything at a broker, and closes with the test.
@discardableResult
package func withClient<Value>(port: Int, _ test: (TestClient) async throws -> Value) async throws -> Value {
    let client = try TestClient(port: port)
    defer { client.close() }
    // Once it hears itself, its subscription stands.
    let probe = "test/" + UUID().uuidString
    try client.publish(probe, "")
    _ = try await client.first { $0.topic == probe }
    return try await test(client)
}

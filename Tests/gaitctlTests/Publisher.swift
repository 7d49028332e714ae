import Messaging
import Testing

/// A client that publishes what a test wants to be heard.
final class Publisher {
    private let client: MQTTClient

    init(port: Int) throws {
        client = try MQTTClient(
            .init(
                host: "127.0.0.1", port: port, clientIdentifier: "publisher-\(UInt32.random(in: 0 ... .max))")
        )
        try client.start()
        try #require(client.waitUntilConnected(seconds: 20))
    }

    deinit {
        client.stop(deadline: 1)
    }

    func publish(_ payload: [UInt8], on topic: String, retained: Bool = false) {
        do {
            try client.publish(
                MQTTMessage(
                    topic: topic, payload: payload, qualityOfService: .atLeastOnce, retained: retained))
        } catch {
            Issue.record("\(error)")
        }
    }

    func publish(_ text: String, on topic: String, retained: Bool = false) {
        publish(Array(text.utf8), on: topic, retained: retained)
    }
}

/// A client that has heard everything on some topics since it was made.
final class Listener {
    private let client: MQTTClient
    private let arrived: BoundedQueue<MQTTMessage>
    private(set) var messages: [MQTTMessage] = []

    /// Returns when the subscription stands.
    init(port: Int, filter: String) throws {
        let arrived = try BoundedQueue<MQTTMessage>(capacity: 1 << 16)
        self.arrived = arrived
        client = try MQTTClient(
            .init(
                host: "127.0.0.1", port: port, clientIdentifier: "listener-\(UInt32.random(in: 0 ... .max))"),
            onMessage: { _ = arrived.push($0) })
        try client.subscribe(filter, qualityOfService: .atLeastOnce)
        try client.subscribe("listener/probe", qualityOfService: .atLeastOnce)
        try client.start()
        try #require(client.waitUntilConnected(seconds: 20))
        // What was subscribed to before is in force before this is published.
        try client.publish(
            MQTTMessage(topic: "listener/probe", payload: [1], qualityOfService: .atLeastOnce))
        try #require(arrived.pop(until: Arrival.monotonicSeconds() + 20)?.topic == "listener/probe")
    }

    deinit {
        client.stop(deadline: 1)
    }

    /// Waits until so many messages have arrived, and returns them all.
    func wait(for count: Int, seconds: Double = 30) -> [MQTTMessage] {
        let deadline = Arrival.monotonicSeconds() + seconds
        while messages.count < count, let message = arrived.pop(until: deadline) {
            // A filter for everything brings the probe once more.
            if message.topic != "listener/probe" { messages.append(message) }
        }
        return messages
    }
}

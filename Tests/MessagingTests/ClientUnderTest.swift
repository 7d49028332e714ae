import Messaging
import TestSupport

/// A client together with everything that it was told, in order.
final class ClientUnderTest: Sendable {
    let client: MQTTClient
    private let messages: BoundedQueue<MQTTMessage>
    private let events: BoundedQueue<ConnectionEvent>

    /// A client that retries after 20 ms; started unless told otherwise.
    init(
        port: Int, name: String, started: Bool = true,
        change: (inout MQTTClient.Configuration) -> Void = { _ in }
    ) throws {
        var configuration = MQTTClient.Configuration(host: "127.0.0.1", port: port, clientIdentifier: name)
        configuration.firstRetrySeconds = 0.02
        configuration.longestRetrySeconds = 0.1
        change(&configuration)
        let messages = try BoundedQueue<MQTTMessage>(capacity: 10_000)
        let events = try BoundedQueue<ConnectionEvent>(capacity: 10_000)
        client = try MQTTClient(
            configuration, onMessage: { messages.push($0) }, onConnection: { events.push($0) })
        self.messages = messages
        self.events = events
        if started { try client.start() }
    }

    deinit { client.stop(deadline: 1) }

    /// The next message that fits; what comes before it is passed over.
    func message(where fits: (MQTTMessage) -> Bool = { _ in true }) -> MQTTMessage? {
        Self.next(in: messages, where: fits)
    }

    /// All messages up to and with the first one on `topic`.
    func messages(upTo topic: String) -> [MQTTMessage] {
        var all: [MQTTMessage] = []
        while let message = message() {
            all.append(message)
            if message.topic == topic { return all }
        }
        return []
    }

    /// The next event that fits; what comes before it is passed over.
    func event(where fits: (ConnectionEvent) -> Bool = { _ in true }) -> ConnectionEvent? {
        Self.next(in: events, where: fits)
    }

    private static func next<Element>(
        in queue: BoundedQueue<Element>, where fits: (Element) -> Bool
    ) -> Element? {
        let deadline = Arrival.monotonicSeconds() + 10
        while let element = queue.pop(until: deadline) {
            if fits(element) { return element }
        }
        return nil
    }

    /// Waits for the statistics to fit.
    func statistics(where fits: (MQTTClient.Statistics) -> Bool) -> Bool {
        Pause.until(within: 10) { fits(client.statistics) }
    }
}

extension MQTTMessage {
    var text: String { String(decoding: payload, as: UTF8.self) }

    init(
        _ topic: String, _ text: String, _ quality: QualityOfService = .atLeastOnce, retained: Bool = false
    ) { self.init(topic: topic, payload: Array(text.utf8), qualityOfService: quality, retained: retained) }
}

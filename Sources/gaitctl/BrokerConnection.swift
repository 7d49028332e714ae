import Foundation
import Messaging

/// A connection to the broker with a bounded queue of what arrives on some topics.
final class BrokerConnection {
    let client: MQTTClient
    /// Why there is no connection at the moment; nil where there is one.
    private(set) var trouble: String?
    /// Whether a lost connection is told on stderr.
    var tellsTrouble = true
    private let arrived: BoundedQueue<MQTTMessage>
    private let events: BoundedQueue<ConnectionEvent>
    /// The longest wait at a time, so that Ctrl-C is seen soon.
    private static let nap = 0.1

    /// Connects and subscribes.
    ///
    /// - Parameters:
    ///   - capacity: messages that may wait; beyond it the oldest is dropped and counted.
    /// - Throws: `CommandFailure` where nobody answers within 10 s, saying why; `MessagingError` for a filter
    ///   that is none.
    init(
        _ configuration: MQTTClient.Configuration, filters: [String] = [],
        qualityOfService: MQTTMessage.QualityOfService = .atMostOnce, capacity: Int = 4096
    ) throws {
        let arrived = try BoundedQueue<MQTTMessage>(capacity: capacity)
        let events = try BoundedQueue<ConnectionEvent>(capacity: 64)
        (self.arrived, self.events) = (arrived, events)
        client = try MQTTClient(
            configuration, onMessage: { _ = arrived.push($0) }, onConnection: { _ = events.push($0) })
        for filter in filters { try client.subscribe(filter, qualityOfService: qualityOfService) }
        try client.start()
        let deadline = Arrival.monotonicSeconds() + 10
        var reason = "nobody answered"
        var isHopeless = false
        while Arrival.monotonicSeconds() < deadline, !Interruption.isRequested, !isHopeless {
            if client.waitUntilConnected(seconds: BrokerConnection.nap) { return }
            while let event = events.popIfPresent() {
                reason = event.description
                // A certificate is no better a second later.
                if case .insecure = event { isHopeless = true }
            }
        }
        client.stop(deadline: 0)
        try Interruption.check()
        throw CommandFailure.failure(
            "no connection to the broker at \(configuration.host):\(configuration.port): \(reason)")
    }

    /// Messages lost because they came faster than they were taken.
    var dropped: Int { arrived.dropped + client.statistics.oversized }

    /// Whether a message waits.
    var isEmpty: Bool { arrived.count == 0 }

    /// The oldest message, waited for until CLOCK_MONOTONIC reaches `deadline` seconds (nil: for ever); nil at the
    /// deadline and at Ctrl-C.
    ///
    /// - Throws: `CommandFailure` where the broker refuses a subscription or a message.
    func next(until deadline: Double? = nil) throws(CommandFailure) -> MQTTMessage? {
        while !Interruption.isRequested {
            let now = Arrival.monotonicSeconds()
            if let message = arrived.pop(until: min(deadline ?? .infinity, now + BrokerConnection.nap)) {
                return message
            }
            try checkEvents()
            if let deadline, Arrival.monotonicSeconds() >= deadline { return nil }
        }
        return nil
    }

    /// Takes in what happened to the connection.
    ///
    /// - Throws: `CommandFailure` where the broker refuses a subscription or a message.
    func checkEvents() throws(CommandFailure) {
        while let event = events.popIfPresent() {
            switch event {
            case .subscriptionRefused, .publicationRefused: throw .failure(event.description)
            case .lost, .unreachable, .refused, .insecure:
                trouble = event.description
                if tellsTrouble { ProgressReporter().note("\(event); trying again") }
            case .connected, .disconnected: trouble = nil
            }
        }
    }

    /// Sends what is queued and disconnects, within a few seconds.
    func stop() {
        client.stop(deadline: 5)
    }
}

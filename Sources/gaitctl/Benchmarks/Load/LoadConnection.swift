import Foundation
import Messaging

/// A connection to the benchmark's broker, which is there before gaitd is started, so that its `online` is
/// heard when it is said.
struct LoadConnection: Sendable {
    let topics: Topics
    let client: MQTTClient
    let arrived: BoundedQueue<MQTTMessage>

    /// Connects; blocks until the broker has answered.
    ///
    /// - Throws: `CommandFailure` where it does not within 10 s.
    init(port: Int) throws {
        topics = try Topics(node: "bench")
        let arrived = try BoundedQueue<MQTTMessage>(capacity: 1 << 16)
        self.arrived = arrived
        var settings = MQTTClient.Configuration(
            host: "127.0.0.1", port: port, clientIdentifier: "gaitctl-load-\(UUID().uuidString)")
        // The broker was started a moment ago.
        settings.firstRetrySeconds = 0.05
        settings.longestRetrySeconds = 0.2
        client = try MQTTClient(settings, onMessage: { _ = arrived.push($0) })
        try client.subscribe(topics.emotionFilter(), qualityOfService: .atLeastOnce)
        try client.subscribe(topics.state, qualityOfService: .atLeastOnce)
        try client.subscribe(topics.health, qualityOfService: .atLeastOnce)
        try client.start()
        let deadline = Arrival.monotonicSeconds() + 10
        while !client.waitUntilConnected(seconds: 0.1) {
            try Interruption.check()
            guard Arrival.monotonicSeconds() < deadline else {
                throw CommandFailure.failure("the broker did not answer within 10 s")
            }
        }
    }
}

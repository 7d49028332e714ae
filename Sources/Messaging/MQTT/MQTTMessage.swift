import Glibc

/// One MQTT message, received or to be published.
package struct MQTTMessage: Sendable, Equatable {
    /// MQTT's delivery guarantee. gaitd's protocol does not use exactly once (2).
    package enum QualityOfService: Int32, Sendable {
        /// Sent once, and lost without a connection.
        case atMostOnce = 0
        /// Kept and sent again until the broker acknowledges it.
        case atLeastOnce = 1
    }

    /// A name and value of MQTT 5; several may share a name. MQTT 3.1.1 loses them.
    package struct UserProperty: Sendable, Equatable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            (self.name, self.value) = (name, value)
        }
    }

    package var topic: String
    /// A retained message with an empty payload clears the topic's retained message at the broker.
    package var payload: [UInt8]
    package var qualityOfService: QualityOfService
    /// Outgoing: the broker shall retain it. Received: it was retained before we subscribed.
    package var retained: Bool
    /// MQTT 5's message expiry interval in seconds: the broker does not deliver older messages.
    package var expirySeconds: UInt32?
    package var userProperties: [UserProperty]
    /// MQTT 5: the topic for the answer. MQTT 3.1.1 loses it.
    package var responseTopic: String?
    /// MQTT 5: the answer carries it back, so that the requester can match it.
    package var correlationData: [UInt8]?
    /// When a received message arrived; nil in an outgoing one.
    package var arrival: Arrival?

    package init(
        topic: String, payload: [UInt8], qualityOfService: QualityOfService = .atMostOnce,
        retained: Bool = false, expirySeconds: UInt32? = nil, userProperties: [UserProperty] = [],
        responseTopic: String? = nil, correlationData: [UInt8]? = nil, arrival: Arrival? = nil
    ) {
        (self.topic, self.payload, self.arrival) = (topic, payload, arrival)
        (self.qualityOfService, self.retained) = (qualityOfService, retained)
        (self.expirySeconds, self.userProperties) = (expirySeconds, userProperties)
        (self.responseTopic, self.correlationData) = (responseTopic, correlationData)
    }

    /// A message that clears `topic`'s retained message at the broker.
    package static func clearing(_ topic: String) -> MQTTMessage {
        MQTTMessage(topic: topic, payload: [], qualityOfService: .atLeastOnce, retained: true)
    }

    /// The value of the first user property of this name.
    package func userProperty(_ name: String) -> String? {
        userProperties.first { $0.name == name }?.value
    }
}

/// The moment at which a message arrived, by two clocks.
package struct Arrival: Sendable, Equatable {
    /// Seconds since the Unix epoch (CLOCK_REALTIME): to compare with stamps; NTP may step it.
    package var wallClock: Double
    /// Seconds of CLOCK_MONOTONIC: to measure latency and ages.
    package var monotonic: Double

    package init(wallClock: Double, monotonic: Double) {
        (self.wallClock, self.monotonic) = (wallClock, monotonic)
    }

    package static func now() -> Arrival {
        Arrival(wallClock: wallClockSeconds(), monotonic: monotonicSeconds())
    }

    /// Seconds since the Unix epoch.
    package static func wallClockSeconds() -> Double {
        seconds(of: CLOCK_REALTIME)
    }

    /// Seconds of CLOCK_MONOTONIC, the clock of every deadline in this module.
    package static func monotonicSeconds() -> Double {
        seconds(of: CLOCK_MONOTONIC)
    }

    private static func seconds(of clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}

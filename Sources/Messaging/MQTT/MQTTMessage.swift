/// One MQTT message, received or to be published.
package struct MQTTMessage: Sendable, Equatable {
    /// A name and value of MQTT 5; several may share a name. Lost over MQTT 3.1.1.
    package struct UserProperty: Sendable, Equatable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package var topic: String
    /// An empty payload of a retained message clears what the broker retains for the topic.
    package var payload: [UInt8]
    package var qualityOfService: QualityOfService
    /// Published: the broker is to retain it. Received: it had been retained before we subscribed.
    package var retained: Bool
    /// MQTT 5's message expiry interval in seconds: what is older is no longer delivered.
    package var expirySeconds: UInt32?
    package var userProperties: [UserProperty]
    /// MQTT 5: where the receiver is asked to answer. Lost over MQTT 3.1.1.
    package var responseTopic: String?
    /// MQTT 5: what the answer has to carry, so that whoever asked knows which question it answers.
    package var correlationData: [UInt8]?
    /// When a received message arrived; nil in one to be published.
    package var arrival: Arrival?

    package init(
        topic: String, payload: [UInt8], qualityOfService: QualityOfService = .atMostOnce,
        retained: Bool = false, expirySeconds: UInt32? = nil, userProperties: [UserProperty] = [],
        responseTopic: String? = nil, correlationData: [UInt8]? = nil, arrival: Arrival? = nil
    ) {
        self.topic = topic
        self.payload = payload
        self.qualityOfService = qualityOfService
        self.retained = retained
        self.expirySeconds = expirySeconds
        self.userProperties = userProperties
        self.responseTopic = responseTopic
        self.correlationData = correlationData
        self.arrival = arrival
    }

    /// A message that makes the broker forget what it retains for `topic`.
    package static func clearing(_ topic: String) -> MQTTMessage {
        MQTTMessage(topic: topic, payload: [], qualityOfService: .atLeastOnce, retained: true)
    }

    /// The value of the first user property of this name.
    package func userProperty(_ name: String) -> String? {
        userProperties.first { $0.name == name }?.value
    }
}

/// `gaitd/{node}/state`: whether the node runs.
package struct StateMessage: JSONMessage {
    package enum State: String, Codable, Sendable, CaseIterable {
        /// Published at every connect.
        case online
        /// Published before a clean end.
        case stopped
        /// The will: what the broker says when the node has vanished.
        case offline
    }

    package var state: State

    package init(_ state: State) {
        self.state = state
    }

    /// The retained message that says so on `topic`. Built without an encoder, so that it cannot fail:
    /// the will must be there whatever happens.
    package static func message(_ state: State, topic: String) -> MQTTMessage {
        MQTTMessage(
            topic: topic, payload: Array("{\"state\":\"\(state.rawValue)\"}".utf8),
            qualityOfService: .atLeastOnce, retained: true)
    }
}

/// `gaitd/{node}/info`: what this node is.
package struct InfoMessage: JSONMessage {
    package var schema = 1
    package var node: String
    /// The version of gaitd.
    package var version: String
    /// When the node was started, seconds since the Unix epoch.
    package var started: Double
    /// The model card; null where there is no model.
    package var model: JSONValue
    /// The label names, in the order of the model's outputs.
    package var labels: [String]
    /// The configuration without its secrets.
    package var configuration: JSONValue
    /// The bounds of what the node accepts, such as `maximum_people` or `maximum_payload_bytes`.
    package var limits: [String: Double]

    /// Whether camera frames are taken; nil in what older nodes have written.
    package var perception: Perception?

    /// Whether the frame topic is listened to, and if not, why.
    package struct Perception: Codable, Sendable, Equatable {
        package var available: Bool
        /// What is missing and what to do about it; null where frames are taken.
        package var reason: String?

        package init(available: Bool, reason: String? = nil) {
            (self.available, self.reason) = (available, reason)
        }

        private enum CodingKeys: String, CodingKey {
            case available, reason
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(available, forKey: .available)
            try container.encode(reason, forKey: .reason)
        }
    }

    package init(
        node: String, version: String, started: Double, model: JSONValue, labels: [String],
        configuration: JSONValue, limits: [String: Double], perception: Perception? = nil
    ) {
        self.node = node
        self.version = version
        self.started = started
        self.model = model
        self.labels = labels
        self.configuration = configuration
        self.limits = limits
        self.perception = perception
    }
}

/// `robots/{robot}/people`: who is in view, at every change.
package struct PeopleMessage: JSONMessage {
    /// Seconds since the Unix epoch.
    package var stamp: Double
    /// The node that sees them; nil in what others have written.
    package var node: String?
    /// The names that the emotion topics have.
    package var people: [String]

    package init(stamp: Double, node: String? = nil, people: [String]) {
        self.stamp = stamp
        self.node = node
        self.people = people
    }
}

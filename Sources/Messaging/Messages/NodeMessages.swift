/// `gaitd/{node}/state`: whether the node runs.
package struct StateMessage: JSONMessage, Encodable {
    package enum State: String, Codable, Sendable, CaseIterable {
        /// Published at every connect.
        case online
        /// Published before a clean end.
        case stopped
        /// The will, published by the broker when the node has vanished.
        case offline
    }

    package var state: State

    package init(_ state: State) { self.state = state }

    /// The retained message that says so on `topic`. Built without an encoder, so that it cannot fail:
    /// the will must be there whatever happens.
    package static func message(_ state: State, topic: String) -> MQTTMessage {
        MQTTMessage(
            topic: topic, payload: Array("{\"state\":\"\(state.rawValue)\"}".utf8),
            qualityOfService: .atLeastOnce, retained: true)
    }
}

/// `gaitd/{node}/info`: this node's identity and settings.
package struct InfoMessage: JSONMessage, Encodable {
    package var schema = 1
    package var node: String
    /// The version of gaitd.
    package var version: String
    /// When the node was started, seconds since the Unix epoch.
    package var started: Double
    /// The model card; null if there is no model.
    package var model: JSONValue
    /// The label names, in the order of the model's outputs.
    package var labels: [String]
    /// The configuration without its secrets.
    package var configuration: JSONValue
    /// The limits of what the node accepts, such as `maximum_people` or `maximum_payload_bytes`.
    package var limits: [String: Double]

    package var perception: Perception
    package var lifter: Lifter

    /// Whether the node takes camera frames, and if not, why.
    package struct Perception: Codable, Sendable, Equatable {
        package var available: Bool
        /// What is missing and what to do about it; null if the node takes frames.
        @ExplicitNull package var reason: String?

        package init(available: Bool, reason: String? = nil) {
            (self.available, self.reason) = (available, reason)
        }
    }

    /// Whether the node lifts skeletons in pictures, and if not, why.
    package struct Lifter: Codable, Sendable, Equatable {
        package var available: Bool
        /// What is missing and what to do about it; null if the node lifts.
        @ExplicitNull package var reason: String?
        /// Of the lifter's file; null without one.
        @ExplicitNull package var sha256: String?

        package init(available: Bool, reason: String? = nil, sha256: String? = nil) {
            (self.available, self.reason, self.sha256) = (available, reason, sha256)
        }
    }

    package init(
        node: String, version: String, started: Double, model: JSONValue, labels: [String],
        configuration: JSONValue, limits: [String: Double],
        perception: Perception = Perception(available: true),
        lifter: Lifter = Lifter(available: true)
    ) {
        (self.node, self.version, self.started) = (node, version, started)
        (self.model, self.labels, self.configuration) = (model, labels, configuration)
        (self.limits, self.perception, self.lifter) = (limits, perception, lifter)
    }
}

/// `robots/{robot}/people`: who is in view, at every change.
package struct PeopleMessage: JSONMessage, Encodable {
    /// Seconds since the Unix epoch.
    package var stamp: Double
    /// The node that sees them; nil in what others have written.
    package var node: String?
    /// The names that the emotion topics have.
    package var people: [String]

    package init(stamp: Double, node: String? = nil, people: [String]) {
        (self.stamp, self.node, self.people) = (stamp, node, people)
    }
}

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

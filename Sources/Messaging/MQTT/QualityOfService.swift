extension MQTTMessage {
    /// MQTT's delivery guarantee. Exactly once (2) is not used by the protocol of gaitd.
    package enum QualityOfService: Int32, Sendable {
        /// Sent once, and lost where there is no connection.
        case atMostOnce = 0
        /// Kept and sent again until the broker has acknowledged it.
        case atLeastOnce = 1
    }
}

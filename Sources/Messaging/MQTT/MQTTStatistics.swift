extension MQTTClient {
    /// Counts since the client was made.
    package struct Statistics: Sendable, Equatable {
        /// Whether the broker has accepted us.
        package var connected = false
        /// 5, or 4 for MQTT 3.1.1; nil before the first connection.
        package var protocolVersion: Int?
        /// Connections accepted by the broker after the first one.
        package var reconnects = 0
        /// Messages handed on.
        package var received = 0
        /// Messages written to the broker; those of quality 1 once they have been acknowledged.
        package var published = 0
        /// Messages waiting, in our queue or for their acknowledgement.
        package var queued = 0
        /// Received messages over `maximumPayloadBytes`, not handed on.
        package var oversized = 0
        /// Messages to be published that were dropped because the queue was full.
        package var droppedQueueFull = 0
        /// Messages to be published that were dropped because they had expired in the queue.
        package var droppedExpired = 0
        /// Messages of quality 0 dropped because there was no connection.
        package var droppedUnconnected = 0
        /// Messages to be published that the broker or libmosquitto refused.
        package var refused = 0
        /// Messages of quality 1 that were still waiting when the client was stopped.
        package var abandoned = 0

        package init() {}

        /// All messages to be published that were lost.
        package var dropped: Int {
            droppedQueueFull + droppedExpired + droppedUnconnected + refused + abandoned
        }
    }
}

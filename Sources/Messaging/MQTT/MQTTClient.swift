import Foundation

/// One MQTT client: a network thread of its own, a bounded queue of what is to be published, and two closures
/// that are told what arrives.
///
/// Everything may be called from any thread. libmosquitto itself is only ever called from the network thread.
package final class MQTTClient: Sendable {
    private let state: ClientState

    /// A client that does nothing before `start`.
    /// - Parameters:
    ///   - configuration: checked here, so that nothing in it can fail later.
    ///   - onMessage: called on the network thread with each message, whose payload has been copied once.
    ///     It must hand the message on and return: while it runs nothing is received or sent.
    ///   - onOversized: called on the network thread with a message whose payload is larger than
    ///     `maximumPayloadBytes`, without that payload, and with its size; the message is counted and not handed on.
    ///   - onConnection: called on the network thread at every change of the connection; it may publish and
    ///     subscribe.
    /// - Throws: `MessagingError` for a setting out of range or a process without file descriptors.
    package init(
        _ configuration: Configuration,
        onMessage: @escaping @Sendable (MQTTMessage) -> Void = { _ in },
        onOversized: @escaping @Sendable (MQTTMessage, Int) -> Void = { _, _ in },
        onConnection: @escaping @Sendable (ConnectionEvent) -> Void = { _ in }
    ) throws(MessagingError) {
        try configuration.validate()
        state = try ClientState(
            configuration: configuration, onMessage: onMessage, onOversized: onOversized,
            onConnection: onConnection)
    }

    deinit {
        state.requestStop(flushUntil: 0)
    }

    /// Starts the network thread, which connects, and connects again for ever with growing pauses; the
    /// broker need not be there. Throws `MessagingError.alreadyStarted` or `.stopped`.
    package func start() throws(MessagingError) {
        try state.markStarted()
        let thread = Thread { [state] in
            NetworkLoop(state).run()
            state.finished.raise()
        }
        thread.name = "mqtt"
        thread.stackSize = 1 << 20
        thread.start()
    }

    /// Waits until the broker has accepted us for the first time. Returns false when `seconds` passed before.
    @discardableResult
    package func waitUntilConnected(seconds: Double) -> Bool {
        state.firstConnection.wait(until: Arrival.monotonicSeconds() + seconds)
    }

    /// Subscribes now, and again at every connect, until `unsubscribe`.
    /// - Parameters:
    ///   - excludingOwn: MQTT 5's "no local": do not send us what we have published.
    ///   - maximumPayloadBytes: what is taken by this filter, where that is more than the configuration's.
    /// - Throws: `MessagingError.invalidFilter`.
    package func subscribe(
        _ filter: String, qualityOfService: MQTTMessage.QualityOfService = .atMostOnce,
        excludingOwn: Bool = false, maximumPayloadBytes: Int? = nil
    ) throws(MessagingError) {
        try MosquittoHandle.check(filter: filter)
        state.add(
            Subscription(
                filter: filter, qualityOfService: qualityOfService, excludingOwn: excludingOwn,
                maximumPayloadBytes: maximumPayloadBytes))
    }

    /// Takes a subscription back.
    package func unsubscribe(_ filter: String) {
        state.remove(filter: filter)
    }

    /// Queues a message for the network thread, which is woken at once. Never waits.
    ///
    /// With quality 0 and no connection the message is dropped; when the queue is full the oldest one in it
    /// is; a message older than its `expirySeconds` is not sent any more. All three are counted.
    /// - Throws: `MessagingError` for a topic with wildcards, a payload that MQTT cannot carry, and after
    ///   `stop`.
    package func publish(_ message: MQTTMessage) throws(MessagingError) {
        try MosquittoHandle.check(publishTopic: message.topic)
        let limit = (1 << 28) - 1 - (1 << 16)
        guard message.payload.count <= limit else {
            throw .payloadTooLarge(topic: message.topic, bytes: message.payload.count, limit: limit)
        }
        try state.enqueue(message)
    }

    /// Sends what is queued, waits for the acknowledgements, disconnects cleanly (so that the will is not
    /// published) and ends the thread; whatever the network does it returns after `seconds` and a little.
    ///
    /// Not to be called from the closures, which run on the thread that it waits for.
    /// - Returns: whether all of that happened in time. A thread stuck in the resolver is left to end by
    ///   itself; it calls no closure any more.
    @discardableResult
    package func stop(deadline seconds: Double) -> Bool {
        let deadline = Arrival.monotonicSeconds() + seconds
        guard state.requestStop(flushUntil: deadline) else { return true }
        let ended = state.finished.wait(until: deadline + 0.25)
        state.silence()
        return ended && statistics.abandoned == 0
    }

    /// Counts since the client was made.
    package var statistics: Statistics { state.statistics }
}

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

/// One MQTT client: its own network thread, a bounded queue of outgoing messages, and closures for what arrives.
///
/// Every method may be called from any thread. Only the network thread calls libmosquitto itself.
package final class MQTTClient: Sendable {
    private let state: ClientState

    /// A client that does nothing before `start`.
    /// - Parameters:
    ///   - configuration: checked here, so that nothing in it can fail later.
    ///   - onMessage: called on the network thread with each message, whose payload has been copied once.
    ///     It must hand the message on and return: the client neither receives nor sends while it runs.
    ///   - onOversized: called on the network thread with a message whose payload is larger than
    ///     `maximumPayloadBytes`, without that payload, and with its size. The message is counted and not delivered.
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

    /// Starts the network thread, which connects and reconnects forever with growing pauses. The broker may come
    /// later. Throws `MessagingError.alreadyStarted` or `.stopped`, and `.system` if there can be no more threads.
    package func start() throws(MessagingError) {
        try state.markStarted()
        do throws(MessagingError) {
            try SystemThread.start(name: "mqtt", stackSize: 1 << 20) { [state] in
                NetworkLoop(state).run()
                state.finished.raise()
            }
        } catch {
            state.finished.raise()
            throw error
        }
    }

    /// Waits until the broker has accepted us for the first time. Returns false if `seconds` pass before that.
    @discardableResult
    package func waitUntilConnected(seconds: Double) -> Bool {
        state.firstConnection.wait(until: Arrival.monotonicSeconds() + seconds)
    }

    /// Subscribes now, and again at every connect, until `unsubscribe`.
    /// - Parameters:
    ///   - excludingOwn: MQTT 5's "no local": do not send us what we have published.
    ///   - maximumPayloadBytes: the largest payload for this filter, if it exceeds the configuration's.
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

    /// Ends a subscription.
    package func unsubscribe(_ filter: String) {
        state.remove(filter: filter)
    }

    /// Queues a message and wakes the network thread. Never waits.
    ///
    /// Without a connection a message of quality 0 is dropped. A full queue drops its oldest message, and a message
    /// older than its `expirySeconds` is not sent. All three are counted.
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

    /// Waits until at most `count` messages are queued or unacknowledged. Returns false if `seconds` pass before that.
    /// Only one thread may wait.
    package func waitUntilQueued(atMost count: Int, seconds: Double) -> Bool {
        let deadline = Arrival.monotonicSeconds() + seconds
        while statistics.queued > count {
            guard state.progress.wait(until: deadline) else { return false }
            state.progress.lower()
        }
        return true
    }

    /// Sends the queued messages, waits for the acknowledgements, disconnects cleanly (so that the broker does not
    /// publish the will) and ends the thread. Returns soon after `seconds` whatever the network does.
    ///
    /// Do not call this from the closures: they run on the thread that it waits for.
    /// - Returns: whether all of that happened in time. A thread stuck in the resolver ends by itself later, and
    ///   calls no closure any more.
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
        /// Messages delivered.
        package var received = 0
        /// Messages written to the broker; those of quality 1 count once acknowledged.
        package var published = 0
        /// Messages waiting in our queue or for their acknowledgement.
        package var queued = 0
        /// Received messages over `maximumPayloadBytes`, not delivered.
        package var oversized = 0
        /// Outgoing messages dropped because the queue was full.
        package var droppedQueueFull = 0
        /// Outgoing messages dropped because they had expired in the queue.
        package var droppedExpired = 0
        /// Messages of quality 0 dropped because there was no connection.
        package var droppedUnconnected = 0
        /// Outgoing messages that the broker or libmosquitto refused.
        package var refused = 0
        /// Messages of quality 1 that were still waiting when the client stopped.
        package var abandoned = 0

        package init() {}

        /// All outgoing messages that were lost.
        package var dropped: Int {
            droppedQueueFull + droppedExpired + droppedUnconnected + refused + abandoned
        }
    }
}

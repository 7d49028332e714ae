import Synchronization

/// A subscription, renewed at every connect.
struct Subscription: Sendable, Equatable {
    var filter: String
    var qualityOfService: MQTTMessage.QualityOfService
    var excludingOwn: Bool
    /// The largest payload for this filter, if it exceeds the configuration's.
    var maximumPayloadBytes: Int?

    /// The filter without the group that a shared subscription, `$share/{group}/{filter}`, begins with.
    var topicFilter: String {
        guard filter.hasPrefix("$share/") else { return filter }
        let parts = filter.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        return parts.last.map(String.init) ?? filter
    }
}

/// A message on its way out.
struct OutgoingMessage: Sendable {
    var message: MQTTMessage
    /// CLOCK_MONOTONIC seconds at which it was handed to us.
    var queuedAt: Double
}

/// State that an `MQTTClient` and its network thread share.
///
/// The thread holds this and not the client, so that a client can be released while the thread still hangs in
/// the system's resolver.
final class ClientState: Sendable {
    /// A change of subscriptions that the network thread has yet to send.
    enum SubscriptionChange: Sendable {
        case subscribe(Subscription)
        case unsubscribe(filter: String)
    }

    private struct Lifecycle {
        var started = false
        /// CLOCK_MONOTONIC seconds until which queued messages may still be sent; nil before `stop`.
        var flushUntil: Double?
    }

    private struct Subscriptions {
        var all: [Subscription] = []
        var changes: [SubscriptionChange] = []
    }

    let configuration: MQTTClient.Configuration
    /// Wakes the network thread; its queue of messages raises it too.
    let wake: WakeSignal
    /// Raised when the network thread ends.
    let finished: WakeSignal
    /// Raised at the first connection.
    let firstConnection: WakeSignal
    /// Raised when messages may have left the queue or been acknowledged.
    let progress: WakeSignal
    let outgoing: BoundedQueue<OutgoingMessage>

    let onMessage: @Sendable (MQTTMessage) -> Void
    let onOversized: @Sendable (MQTTMessage, Int) -> Void
    let onConnection: @Sendable (ConnectionEvent) -> Void
    private let lifecycle = Mutex(Lifecycle())
    private let subscriptions = Mutex(Subscriptions())
    private let counts = Mutex(MQTTClient.Statistics())
    private let silenced = Atomic<Bool>(false)

    init(
        configuration: MQTTClient.Configuration, onMessage: @escaping @Sendable (MQTTMessage) -> Void,
        onOversized: @escaping @Sendable (MQTTMessage, Int) -> Void,
        onConnection: @escaping @Sendable (ConnectionEvent) -> Void
    ) throws(MessagingError) {
        (self.configuration, self.onMessage) = (configuration, onMessage)
        (self.onOversized, self.onConnection) = (onOversized, onConnection)
        wake = try WakeSignal()
        finished = try WakeSignal()
        firstConnection = try WakeSignal()
        progress = try WakeSignal()
        outgoing = BoundedQueue(capacity: configuration.maximumQueuedMessages, signal: wake)
    }

    // MARK: Life

    func markStarted() throws(MessagingError) {
        try lifecycle.withLock { lifecycle throws(MessagingError) in
            guard lifecycle.flushUntil == nil else { throw .stopped }
            guard !lifecycle.started else { throw .alreadyStarted }
            lifecycle.started = true
        }
    }

    /// Returns whether a thread was started, to wait for. The first deadline counts.
    @discardableResult
    func requestStop(flushUntil deadline: Double) -> Bool {
        outgoing.close()
        let started = lifecycle.withLock { lifecycle in
            lifecycle.flushUntil = lifecycle.flushUntil ?? deadline
            return lifecycle.started
        }
        wake.raise()
        return started
    }

    /// CLOCK_MONOTONIC seconds until which queued messages may still be sent; nil before `stop`.
    var flushUntil: Double? { lifecycle.withLock { $0.flushUntil } }

    /// Calls no closure from now on.
    func silence() { silenced.store(true, ordering: .sequentiallyConsistent) }

    /// Whether ``silence()`` was called.
    var isSilenced: Bool { silenced.load(ordering: .relaxed) }

    // MARK: Messages and counts

    func enqueue(_ message: MQTTMessage) throws(MessagingError) {
        guard !outgoing.isClosed else { throw .stopped }
        if message.qualityOfService == .atMostOnce, !counts.withLock({ $0.connected }) {
            return count { $0.droppedUnconnected += 1 }
        }
        // The last quarter is for what must not be lost. A message that expires is soon followed by a newer one.
        let capacity = configuration.maximumQueuedMessages
        if message.expirySeconds != nil, outgoing.count >= capacity - capacity / 4 {
            return count { $0.droppedQueueFull += 1 }
        }
        outgoing.push(OutgoingMessage(message: message, queuedAt: Arrival.monotonicSeconds()))
    }

    func count(_ change: (inout MQTTClient.Statistics) -> Void) {
        counts.withLock { change(&$0) }
    }

    var statistics: MQTTClient.Statistics {
        var statistics = counts.withLock { $0 }
        // The thread counts messages that await acknowledgement, the queue those that wait before that.
        statistics.queued += outgoing.count
        statistics.droppedQueueFull += outgoing.dropped
        return statistics
    }

    // MARK: Subscriptions

    func add(_ subscription: Subscription) {
        subscriptions.withLock { state in
            state.all.removeAll { $0.filter == subscription.filter }
            state.all.append(subscription)
            state.changes.append(.subscribe(subscription))
        }
        wake.raise()
    }

    func remove(filter: String) {
        subscriptions.withLock { state in
            state.all.removeAll { $0.filter == filter }
            state.changes.append(.unsubscribe(filter: filter))
        }
        wake.raise()
    }

    /// The largest allowed payload of a topic.
    func maximumPayloadBytes(of topic: UnsafePointer<CChar>) -> Int {
        subscriptions.withLock { state in
            state.all.reduce(configuration.maximumPayloadBytes) { limit, subscription in
                guard let own = subscription.maximumPayloadBytes, own > limit,
                    MosquittoHandle.matches(topic, filter: subscription.topicFilter)
                else { return limit }
                return own
            }
        }
    }

    /// The changes that the broker does not know yet; with `afresh` it knows no subscription.
    func takeSubscriptionChanges(afresh: Bool) -> [SubscriptionChange] {
        subscriptions.withLock { state in
            defer { state.changes = [] }
            return afresh ? state.all.map { .subscribe($0) } : state.changes
        }
    }

    /// Every subscribed filter; forgets them. The last step before the end.
    func takeFilters() -> [String] {
        subscriptions.withLock { state in
            defer { state = Subscriptions() }
            return state.all.map(\.filter)
        }
    }
}

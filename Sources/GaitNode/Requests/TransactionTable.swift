import DequeModule
import Messaging
import Storage
import Synchronization

/// The transactions of the last ten minutes, for the threads that execute requests: a repeated request is answered from
/// here rather than executed again, also while the first one is being executed. Bounded.
final class TransactionTable: Sendable {
    /// What the table knows of a transaction.
    enum Known: Equatable {
        /// The caller has to execute the request, and to call ``end(_:with:at:)``.
        case new
        /// The request was executed; this was its answer.
        case answered(Answer)
        /// The same request is being executed; this one is answered together with it.
        case waiting
        /// The same request is being executed, and too many like it are waiting.
        case crowded
        /// Another request had this transaction.
        case reused
    }

    private struct Entry {
        let digest: String
        /// Nil while the request is being executed.
        var answer: Answer?
        /// Repeated requests that wait for the answer, without their payloads.
        var waiting: [MQTTMessage] = []
        var bytes = 0
        /// Whether the store keeps the answer too.
        var isStored = false
        /// Monotonic seconds.
        var time = 0.0
    }

    private struct State {
        var entries: [String: Entry] = [:]
        /// The names of the entries with an answer, oldest answer first.
        var order: Deque<String> = []
        var bytes = 0

        mutating func removeOldest() {
            guard let oldest = order.popFirst(), let entry = entries.removeValue(forKey: oldest) else {
                return
            }
            bytes -= entry.bytes
        }
    }

    private static let maximumWaiting = 16
    private let seconds: Double
    private let maximumCount: Int
    private let maximumBytes: Int
    private let state = Mutex(State())

    init(
        seconds: Double = GaitStore.transactionSeconds, maximumCount: Int = RequestLimits.transactions,
        maximumBytes: Int = RequestLimits.transactionBytes
    ) {
        (self.seconds, self.maximumCount, self.maximumBytes) = (seconds, maximumCount, maximumBytes)
    }

    /// The number of transactions with an answer.
    var count: Int { state.withLock { $0.order.count } }

    /// Looks up a request's transaction, and notes a new one.
    ///
    /// - Parameter now: Monotonic seconds.
    func begin(_ transaction: RequestTransaction, _ message: MQTTMessage, at now: Double) -> Known {
        state.withLock { state in
            while let oldest = state.order.first, let entry = state.entries[oldest],
                now - entry.time > seconds
            { state.removeOldest() }
            guard var entry = state.entries[transaction.name] else {
                state.entries[transaction.name] = Entry(digest: transaction.digest)
                return .new
            }
            guard entry.digest == transaction.digest else { return .reused }
            if let answer = entry.answer { return .answered(answer) }
            guard entry.waiting.count < Self.maximumWaiting else { return .crowded }
            var waiting = message
            waiting.payload = []
            entry.waiting.append(waiting)
            state.entries[transaction.name] = entry
            return .waiting
        }
    }

    /// Keeps the answer to a request that ``begin(_:_:at:)`` called new; the oldest make room for it. A request that
    /// could not be executed for now is new again.
    ///
    /// - Parameter isStored: Whether the store keeps the answer too.
    /// - Returns: the requests that have waited for it.
    func end(
        _ transaction: RequestTransaction, with answer: Answer, isStored: Bool = false, at now: Double
    ) -> [MQTTMessage] {
        state.withLock { state in
            guard var entry = state.entries.removeValue(forKey: transaction.name) else { return [] }
            let waiting = entry.waiting
            guard answer.isFinal else { return waiting }
            (entry.answer, entry.waiting, entry.time, entry.isStored) = (answer, [], now, isStored)
            entry.bytes = answer.head.utf8.count + 512
            while !state.order.isEmpty,
                state.order.count >= maximumCount || state.bytes + entry.bytes > maximumBytes
            { state.removeOldest() }
            state.entries[transaction.name] = entry
            state.order.append(transaction.name)
            state.bytes += entry.bytes
            return waiting
        }
    }

    /// Forgets the answers that the store keeps too: it knows which of them tell of gaits that were deleted.
    func removeStored() {
        state.withLock { state in
            for name in state.order where state.entries[name]?.isStored == true {
                state.bytes -= state.entries.removeValue(forKey: name)?.bytes ?? 0
            }
            let entries = state.entries
            state.order.removeAll { entries[$0]?.answer == nil }
        }
    }
}

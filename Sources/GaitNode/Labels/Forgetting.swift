import Logging
import Messaging
import Storage
import Synchronization

/// Completes deletions that the store's journal has begun, at once, after a crash, and for `gaitctl store forget`: the
/// versions that were trained on the gaits are marked and stop serving, and the gaits' bytes are erased. For any thread
/// except the cooperative pool's.
final class Forgetting: Sendable {
    /// Why a retraining ends.
    static let reason = "gaits that it may use were deleted"
    /// Seconds until a step that has failed is tried again.
    private static let retryInterval = 30.0

    private struct State {
        /// The journal's newest entry whose versions have been dealt with; nil before the first look.
        var seen: Int64?
        /// When to try again, monotonic seconds.
        var retry = 0.0
        /// Until when the store is left alone after a look that failed, monotonic seconds.
        var pause = 0.0
    }

    private let access: StoreAccess
    private let models: ModelManager
    private let transactions: TransactionTable
    private let logger: Logger
    private let state = Mutex(State())

    /// - Parameter transactions: Whose answers may tell of forgotten gaits.
    init(access: StoreAccess, models: ModelManager, transactions: TransactionTable, logger: Logger) {
        (self.access, self.models, self.transactions) = (access, models, transactions)
        self.logger = logger
    }

    /// Lets no model serve that has learned from gaits whose deletion was interrupted; call this before anyone is
    /// classified. The rest is for ``lookAfter(ending:)``.
    func recover() {
        guard access.isThere, let registry = models.registry else { return }
        do {
            if try access.store().finishForgetting(in: registry) { try models.leaveStale() }
        } catch {
            logger.error("a model that has learned from forgotten gaits may serve for now: \(error)")
        }
    }

    /// Completes all deletions.
    ///
    /// - Throws: `StorageError`, `RequestFailure`; the journal keeps what is left, and ``lookAfter(ending:)`` tries again.
    func finish() throws {
        try state.withLock { try finish(&$0) }
    }

    /// Completes deletions that another process has begun, or that have failed before. Costs a look into the store.
    ///
    /// - Parameter end: Ends a running retraining, to be called if gaits were forgotten since the last look; the rest
    ///   then waits for its end. Nil if none is running.
    func lookAfter(ending end: (() -> Void)?) {
        guard access.isThere else { return }
        _ = state.withLockIfAvailable { state in
            let now = Arrival.monotonicSeconds()
            guard now >= state.pause else { return }
            do {
                let store = try access.store()
                let isNew = try store.newestForgetting() != state.seen
                if let end {
                    if isNew, state.seen != nil { end() }
                } else if Arrival.monotonicSeconds() >= state.retry,
                    try isNew || store.isForgetting(isMarking: models.registry != nil)
                {
                    try finish(&state)
                }
            } catch {
                state.pause = now + Self.retryInterval
                logger.warning("deletions of gaits cannot be completed for now: \(error)")
            }
        }
    }

    private func finish(_ state: inout State) throws {
        let store = try access.store()
        let newest = try store.newestForgetting()
        // The store knows which of them are forgotten.
        transactions.removeStored()
        state.retry = Arrival.monotonicSeconds() + Self.retryInterval
        var failure: (any Error)?
        if let registry = models.registry {
            do {
                try store.finishForgetting(in: registry)
                try models.leaveStale()
            } catch { failure = error }
        }
        try store.erase()
        if let failure { throw failure }
        (state.seen, state.retry) = (newest, 0)
    }
}

extension JSONValue {
    static func numbers(_ values: [Int64]) -> JSONValue { .array(values.map { .number(Double($0)) }) }
}

import Messaging
import Storage
import Synchronization

/// The current opt-outs, passed from the requests' thread to the pipeline's. For any thread.
final class SharedOptOuts: Sendable {
    private struct State {
        var pauses = OptOuts()
        /// Counts changes.
        var change = 0
        /// The last change that the pipeline has applied.
        var applied = 0
    }

    private let state = SharedState(State())
    private let change = Atomic<Int>(0)

    /// The current opt-outs.
    var pauses: OptOuts { state.withLock { $0.pauses } }

    /// Counts changes; cheap enough to be asked for with every message.
    var changeCount: Int { change.load(ordering: .acquiring) }

    /// Changes the opt-outs.
    ///
    /// - Returns: the change's number.
    @discardableResult
    func change(_ edit: (inout OptOuts) -> Void) -> Int {
        state.withLock { state in
            edit(&state.pauses)
            state.change += 1
            change.store(state.change, ordering: .releasing)
            return state.change
        }
    }

    /// The current opt-outs, and the number of the change that made them.
    func current() -> (pauses: OptOuts, change: Int) {
        state.withLock { ($0.pauses, $0.change) }
    }

    /// Notes that the pipeline has applied a change.
    func noteApplied(_ change: Int) {
        state.withLock { $0.applied = max($0.applied, change) }
    }

    /// Waits until the pipeline has applied a change.
    ///
    /// - Returns: whether it did so in time.
    func waitUntilApplied(_ change: Int, seconds: Double) -> Bool {
        state.wait(seconds: seconds) { $0.applied >= change }
    }
}

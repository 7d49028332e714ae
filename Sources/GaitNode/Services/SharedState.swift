import Messaging
import Synchronization

/// State that threads share and wait on. Timeouts use the monotonic clock, unlike those of a condition variable.
final class SharedState<Value: Sendable>: Sendable {
    private struct Contents {
        var value: Value
        var waiting: [WakeSignal] = []
    }

    private let contents: Mutex<Contents>

    init(_ value: Value) {
        contents = Mutex(Contents(value: value))
    }

    /// Reads or changes the state, and wakes the threads that wait for a change.
    func withLock<Result: Sendable, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try contents.withLock { contents throws(Failure) in
            defer { for signal in contents.waiting { signal.raise() } }
            return try body(&contents.value)
        }
    }

    /// Blocks until the state meets a condition.
    ///
    /// - Returns: whether it did in time; false at once if the process has run out of file descriptors.
    func wait(seconds: Double, until condition: (Value) -> Bool) -> Bool {
        let deadline = Arrival.monotonicSeconds() + seconds
        guard let signal = try? WakeSignal() else { return withLock { condition($0) } }
        contents.withLock { $0.waiting.append(signal) }
        defer { contents.withLock { $0.waiting.removeAll { $0 === signal } } }
        while !contents.withLock({ condition($0.value) }) {
            guard signal.wait(until: deadline) else { return contents.withLock { condition($0.value) } }
            signal.lower()
        }
        return true
    }
}

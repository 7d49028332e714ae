import DequeModule
import Synchronization

/// A queue between producers that must never wait and one dedicated consumer.
///
/// When the queue is full, a push drops the oldest element and counts it: fresh poses are worth more than old
/// ones. Any thread may push, and pop without waiting; one thread waits.
package final class BoundedQueue<Element: Sendable>: Sendable {
    private struct State {
        var elements = Deque<Element>()
        var dropped = 0
        var closed = false
    }

    private let capacity: Int
    private let state: Mutex<State>
    private let signal: WakeSignal

    /// A queue of at most `capacity` elements (at least 1). Throws `MessagingError.system` if the process
    /// has no file descriptors left.
    package convenience init(capacity: Int) throws(MessagingError) {
        self.init(capacity: capacity, signal: try WakeSignal())
    }

    /// A queue that wakes its consumer with the given signal.
    init(capacity: Int, signal: WakeSignal) {
        self.capacity = max(1, capacity)
        self.signal = signal
        state = Mutex(State())
    }

    /// The number of waiting elements.
    package var count: Int { state.withLock { $0.elements.count } }

    /// How many elements were dropped because the queue was full.
    package var dropped: Int { state.withLock { $0.dropped } }

    /// Appends. Returns false if an element was lost: the oldest, because the queue was full (counted in
    /// `dropped`), or this one, because the queue is closed.
    @discardableResult
    package func push(_ element: Element) -> Bool {
        // A displaced element is freed after the lock has been released.
        let (displaced, accepted) = state.withLock { state -> (Element?, Bool) in
            guard !state.closed else { return (nil, false) }
            let displaced = state.elements.count == capacity ? state.elements.popFirst() : nil
            state.elements.append(element)
            if displaced != nil { state.dropped += 1 }
            return (displaced, displaced == nil)
        }
        _ = displaced
        signal.raise()
        return accepted
    }

    /// Appends if there is room. Returns false, and changes nothing, if the queue is full or closed: for elements
    /// that may be refused but not lost.
    package func offer(_ element: Element) -> Bool {
        let accepted = state.withLock { state in
            guard !state.closed, state.elements.count < capacity else { return false }
            state.elements.append(element)
            return true
        }
        if accepted { signal.raise() }
        return accepted
    }

    /// The oldest element, without waiting.
    package func popIfPresent() -> Element? {
        state.withLock { $0.elements.popFirst() }
    }

    /// The oldest element; waits until CLOCK_MONOTONIC reaches `deadline` seconds (nil: forever; see
    /// `Arrival.monotonicSeconds`). Nil after the deadline, or if the queue is closed and empty.
    package func pop(until deadline: Double? = nil) -> Element? {
        while true {
            let (element, closed) = state.withLock { ($0.elements.popFirst(), $0.closed) }
            if let element { return element }
            if closed { return nil }
            guard signal.wait(until: deadline) else { return nil }
            signal.lower()
        }
    }

    /// Refuses further elements and wakes the consumer, which can still pop what is waiting.
    package func close() {
        state.withLock { $0.closed = true }
        signal.raise()
    }

    /// Whether `close` has been called.
    package var isClosed: Bool { state.withLock { $0.closed } }
}

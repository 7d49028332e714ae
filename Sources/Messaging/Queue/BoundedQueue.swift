import Synchronization

/// A queue between a thread that must never wait and one dedicated consumer.
///
/// When it is full the oldest element is dropped and counted: fresh poses are worth more than old ones.
/// Any thread may push, and take what is there; one thread waits.
package final class BoundedQueue<Element: Sendable>: Sendable {
    private struct State {
        var elements: RingBuffer<Element>
        var dropped = 0
        var closed = false
    }

    private let state: Mutex<State>
    private let signal: WakeSignal

    /// A queue of at most `capacity` elements (1 at least). Throws `MessagingError.system` when the process
    /// has no file descriptors left.
    package convenience init(capacity: Int) throws(MessagingError) {
        self.init(capacity: capacity, signal: try WakeSignal())
    }

    /// A queue whose consumer sleeps on a signal of its own.
    init(capacity: Int, signal: WakeSignal) {
        state = Mutex(State(elements: RingBuffer(capacity: capacity)))
        self.signal = signal
    }

    /// Elements that wait.
    package var count: Int { state.withLock { $0.elements.count } }

    /// Elements dropped because the queue was full, since it was made.
    package var dropped: Int { state.withLock { $0.dropped } }

    /// Appends. Returns false when an element was lost: the oldest, because the queue was full (counted in
    /// `dropped`), or this one, because the queue is closed.
    @discardableResult
    package func push(_ element: Element) -> Bool {
        // What is displaced is freed after the lock has been released.
        let (displaced, accepted) = state.withLock { state -> (Element?, Bool) in
            guard !state.closed else { return (nil, false) }
            let displaced = state.elements.append(element)
            if displaced != nil { state.dropped += 1 }
            return (displaced, displaced == nil)
        }
        _ = displaced
        signal.raise()
        return accepted
    }

    /// Appends where there is room. Returns false, and changes nothing, where the queue is full or closed: for what
    /// may be refused but not lost.
    package func offer(_ element: Element) -> Bool {
        let accepted = state.withLock { state in
            guard !state.closed, !state.elements.isFull else { return false }
            state.elements.append(element)
            return true
        }
        if accepted { signal.raise() }
        return accepted
    }

    /// The oldest element, without waiting.
    package func popIfPresent() -> Element? {
        state.withLock { $0.elements.removeFirst() }
    }

    /// The oldest element, waited for until CLOCK_MONOTONIC reaches `deadline` seconds (nil: for ever; see
    /// `Arrival.monotonicSeconds`). Nil when the deadline has passed, or when the queue is closed and empty.
    package func pop(until deadline: Double? = nil) -> Element? {
        while true {
            let (element, closed) = state.withLock { ($0.elements.removeFirst(), $0.closed) }
            if let element { return element }
            if closed { return nil }
            guard signal.wait(until: deadline) else { return nil }
            signal.lower()
        }
    }

    /// Lets what waits be popped, refuses what is pushed from now on, and wakes the consumer.
    package func close() {
        state.withLock { $0.closed = true }
        signal.raise()
    }

    /// Whether `close` has been called.
    package var isClosed: Bool { state.withLock { $0.closed } }
}

import Foundation
import Synchronization

/// A thread of the node's own, for what must not block Swift's cooperative pool: OpenBLAS, the disk, waiting for a
/// child.
struct NodeThread {
    /// Bytes of stack, for the classifier's and the encoder's call depth.
    private static let stackSize = 2 << 20

    private let end = ThreadEnd()

    /// Starts the thread.
    init(name: String, _ body: @escaping @Sendable () -> Void) {
        let thread = Thread { [end] in
            body()
            end.come()
        }
        thread.name = name
        thread.stackSize = Self.stackSize
        thread.start()
    }

    /// Waits for the thread's end, or until the task is cancelled.
    func ended() async {
        await end.wait()
    }

    /// Waits for the thread's end, for so many seconds at most.
    func ended(within seconds: Double) async {
        await withTaskGroup { group in
            group.addTask { await ended() }
            group.addTask { try? await Task.sleep(for: .seconds(seconds)) }
            await group.next()
            group.cancelAll()
        }
    }
}

/// The end of a thread, for which several may wait. Each has a stream of its own, since a stream ends for all when one
/// who waits is cancelled.
private final class ThreadEnd: Sendable {
    private struct State {
        var hasCome = false
        var waiting: [AsyncStream<Never>.Continuation] = []
    }

    private let state = Mutex(State())

    func come() {
        let waiting = state.withLock { state in
            state.hasCome = true
            return state.waiting
        }
        for continuation in waiting { continuation.finish() }
    }

    func wait() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
        let hasCome = state.withLock { state in
            if !state.hasCome { state.waiting.append(continuation) }
            return state.hasCome
        }
        if hasCome { return }
        for await _ in stream {}
    }
}

import Foundation

/// A thread of the node's own, for what must not block Swift's cooperative pool: OpenBLAS, the disk, waiting for a
/// child.
struct NodeThread {
    /// Bytes of stack, for the classifier's and the encoder's call depth.
    private static let stackSize = 2 << 20

    private let end: AsyncStream<Never>

    /// Starts the thread.
    init(name: String, _ body: @escaping @Sendable () -> Void) {
        let (end, continuation) = AsyncStream.makeStream(of: Never.self)
        self.end = end
        let thread = Thread {
            body()
            continuation.finish()
        }
        thread.name = name
        thread.stackSize = Self.stackSize
        thread.start()
    }

    /// Waits for the thread's end.
    func ended() async {
        for await _ in end {}
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

import Dispatch
import NeuralNetwork
import Synchronization

/// Runs independent pieces of heavy arithmetic on a few threads of their own, never on Swift's cooperative
/// pool. Denormal numbers are zero there.
package enum ParallelWork {
    /// The results of `work(0)` to `work(count - 1)` in order. Blocks the calling thread.
    ///
    /// - Throws: the error of the first piece that failed, after all have ended.
    package static func map<Value: Sendable>(
        count: Int, threads: Int, _ work: @Sendable (Int) throws -> Value
    ) throws -> [Value] {
        let next = Atomic<Int>(0)
        let results = Mutex<[Result<Value, any Error>?]>(Array(repeating: nil, count: count))
        DispatchQueue.concurrentPerform(iterations: max(1, min(threads, count))) { _ in
            DenormalNumbers.flushed {
                while true {
                    let index = next.add(1, ordering: .relaxed).oldValue
                    guard index < count else { return }
                    let result = Result { try work(index) }
                    results.withLock { $0[index] = result }
                }
            }
        }
        return try results.withLock { try $0.compactMap { try $0?.get() } }
    }
}

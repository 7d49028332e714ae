import Foundation
import Logging
import Messaging
import ServiceLifecycle
import Synchronization

/// Runs the client and the pipeline's thread from start to graceful shutdown.
struct NodeService: Service {
    /// Seconds from the request to stop until everything is published and the connection closed, however the
    /// broker behaves. With what the client adds on a thread that hangs it stays below two seconds.
    private static let goodbye = 1.2
    /// Bytes of stack, for the classifier's and the encoder's call depth.
    private static let stackSize = 2 << 20

    let client: MQTTClient
    let queue: BoundedQueue<PipelineInput>
    let notification: ServiceNotification
    let logger: Logger
    /// The pipeline, locked by its thread for as long as that runs: nothing else may touch it.
    let pipeline: HandedOver<Pipeline>

    func run() async throws {
        let ended = startThread()
        do {
            try client.start()
        } catch {
            queue.close()
            throw GaitNodeError.messaging(reason: "\(error)")
        }
        notification.send(.ready)
        logger.info("gaitd \(NodeVersion.current) is up")
        // Throws when the task is cancelled, which ends the service just the same.
        try? await gracefulShutdown()
        notification.send(.stopping)
        queue.close()
        for await _ in ended {}
        logger.info("gaitd has stopped")
    }

    /// Starts the pipeline on its own thread: OpenBLAS must not block Swift's cooperative pool.
    ///
    /// - Returns: A sequence that ends with the thread.
    private func startThread() -> AsyncStream<Never> {
        let (ended, continuation) = AsyncStream.makeStream(of: Never.self)
        let thread = Thread { [pipeline] in
            pipeline.withValue { $0.run(goodbyeWithin: Self.goodbye) }
            continuation.finish()
        }
        thread.name = "pipeline"
        thread.stackSize = Self.stackSize
        thread.start()
        return ended
    }
}

/// A value made on one thread and used on another, by one at a time.
final class HandedOver<Value>: Sendable {
    private let value: Mutex<Value>

    init(_ value: consuming sending Value) {
        self.value = Mutex(value)
    }

    /// Uses the value; others wait.
    func withValue(_ use: (inout sending Value) -> Void) {
        value.withLock { use(&$0) }
    }
}

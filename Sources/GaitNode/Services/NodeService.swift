import Foundation
import Logging
import Messaging
import ServiceLifecycle
import Synchronization

/// Runs the client, the pipeline's thread and the desk's from start to graceful shutdown.
struct NodeService: Service {
    /// Seconds from the request to stop until everything is published and the connection closed, however the
    /// broker behaves. With what the client adds on a thread that hangs it stays below two seconds.
    private static let goodbye = 1.2
    /// Seconds that requests in execution may take to end.
    private static let patience = 0.3

    let client: MQTTClient
    let queue: BoundedQueue<PipelineInput>
    let intake: RequestIntake
    let notification: ServiceNotification
    let logger: Logger
    /// The pipeline, locked by its thread for as long as that runs: nothing else may touch it.
    let pipeline: HandedOver<Pipeline>
    /// The desk, in the same way.
    let desk: HandedOver<RequestDesk>

    func run() async throws {
        let pipelineThread = NodeThread(name: "pipeline") { [pipeline] in
            pipeline.withValue { $0.run(goodbyeWithin: Self.goodbye) }
        }
        let deskThread = NodeThread(name: "requests") { [desk] in desk.withValue { $0.run() } }
        do {
            try client.start()
        } catch {
            intake.close()
            queue.close()
            throw GaitNodeError.messaging(reason: "\(error)")
        }
        notification.send(.ready)
        logger.info("gaitd \(NodeVersion.current) is up")
        // Throws when the task is cancelled, which ends the service just the same.
        try? await gracefulShutdown()
        notification.send(.stopping)
        intake.close()
        // Answers are published before the goodbye, unless the disk hangs.
        await deskThread.ended(within: Self.patience)
        queue.close()
        await pipelineThread.ended()
        intake.setResponses(nil)
        logger.info("gaitd has stopped")
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

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
    /// Seconds that a request in execution, and a child that trains, may take to end.
    private static let patience = 0.5

    let client: MQTTClient
    let queue: BoundedQueue<PipelineInput>
    let intake: RequestIntake
    /// Nil where no camera frames are taken.
    let frames: FrameTable?
    let supervisor: RetrainSupervisor
    let notification: ServiceNotification
    let logger: Logger
    /// The pipeline, locked by its thread for as long as that runs: nothing else may touch it.
    let pipeline: HandedOver<Pipeline>
    /// The desk, in the same way.
    let desk: HandedOver<RequestDesk>
    /// The thread that trains, in the same way.
    let loop: HandedOver<RetrainLoop>
    /// What looks at camera frames, in the same way; nil where none are taken.
    let reader: HandedOver<FrameReader?>

    func run() async throws {
        let pipelineThread = NodeThread(name: "pipeline") { [pipeline] in
            pipeline.withValue { $0.run(goodbyeWithin: Self.goodbye) }
        }
        let deskThread = NodeThread(name: "requests") { [desk] in desk.withValue { $0.run() } }
        let loopThread = NodeThread(name: "retraining") { [loop] in loop.withValue { $0.run() } }
        let readerThread = NodeThread(name: "perception") { [reader] in reader.withValue { $0?.run() } }
        do {
            try client.start()
        } catch {
            intake.close()
            frames?.close()
            supervisor.stop()
            queue.close()
            throw GaitNodeError.messaging(reason: "\(error)")
        }
        notification.send(.ready)
        logger.info("gaitd \(NodeVersion.current) is up")
        // Throws when the task is cancelled, which ends the service just the same.
        try? await gracefulShutdown()
        notification.send(.stopping)
        intake.close()
        frames?.close()
        supervisor.stop()
        // Answers, and the end of a job, are published before the goodbye, unless the disk hangs.
        async let deskEnd: Void = deskThread.ended(within: Self.patience)
        await loopThread.ended(within: Self.patience)
        await deskEnd
        await readerThread.ended(within: Self.patience)
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

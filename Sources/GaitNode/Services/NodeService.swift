import Foundation
import Logging
import Messaging
import ServiceLifecycle
import Synchronization
import UnixSignals

/// Runs the client, the pipeline's thread and the desk's from start to graceful shutdown.
struct NodeService: Service {
    /// Seconds from the request to stop until everything is published and the connection closed, however the
    /// broker behaves. With what the client adds on a thread that hangs it stays below two seconds.
    private static let goodbye = 1.2
    /// Seconds that a request in execution, and a child that trains, may take to end.
    private static let patience = 0.5

    /// The node's name.
    let node: String
    let nameCheck: NodeNameCheck
    let client: MQTTClient
    let queue: BoundedQueue<PipelineInput>
    let intake: RequestIntake
    /// Nil where no camera frames are taken.
    let frames: FrameTable?
    let pauses: OptOutHandler
    let coordinator: RetrainingCoordinator
    let notification: ServiceNotification
    let reload: ConfigurationReload
    let logger: Logger
    /// The pipeline, locked by its thread for as long as that runs: nothing else may touch it.
    let pipeline: HandedOver<Pipeline>
    /// The desk, in the same way.
    let desk: HandedOver<RequestRouter>
    /// The thread that trains, in the same way.
    let loop: HandedOver<RetrainingWorker>
    /// What looks at camera frames, in the same way; nil where none are taken.
    let reader: HandedOver<FrameReader?>

    func run() async throws {
        let pipelineThread = NodeThread(name: "pipeline") { [pipeline, pauses] in
            // Before anybody is read.
            pauses.recover()
            pipeline.withValue { $0.run(goodbyeWithin: Self.goodbye) }
        }
        let deskThread = NodeThread(name: "requests") { [desk] in desk.withValue { $0.run() } }
        let readerThread = NodeThread(name: "perception") { [reader] in reader.withValue { $0?.run() } }
        // Nothing is said, and nobody's training is looked after, before the name is known to be ours.
        let loopThread = NodeThread(name: "retraining") { [nameCheck, client, loop] in
            guard nameCheck.run() == .free, (try? client.start()) != nil else { return }
            loop.withValue { $0.run() }
        }
        let reloads = await UnixSignalsSequence(trapping: .sighup)
        notification.send(.ready)
        logger.info("gaitd \(NodeVersion.current) is up")
        await untilItIsToEnd(loopThread, reloads: reloads)
        notification.send(.stopping)
        nameCheck.stop()
        intake.close()
        frames?.close()
        coordinator.stop()
        // Answers, and the end of a job, are published before the goodbye, unless the disk hangs.
        async let deskEnd: Void = deskThread.ended(within: Self.patience)
        await loopThread.ended(within: Self.patience)
        await deskEnd
        await readerThread.ended(within: Self.patience)
        queue.close()
        await pipelineThread.ended()
        intake.setResponses(nil)
        if nameCheck.outcome == .taken { throw GaitNodeError.nameTaken(node: node) }
        logger.info("gaitd has stopped")
    }

    /// Waits for the request to stop, or until another node turns out to have the name; reads the configuration again
    /// whenever a signal asks for it.
    private func untilItIsToEnd(_ loopThread: NodeThread, reloads: UnixSignalsSequence) async {
        await withTaskGroup { group in
            // Throws when the task is cancelled, which ends the service just the same.
            group.addTask { try? await gracefulShutdown() }
            group.addTask { await loopThread.ended() }
            // Outlives the others, and ends with their end.
            group.addTask { [reload] in
                for await _ in reloads { await reload.reload() }
                try? await gracefulShutdown()
            }
            await group.next()
            group.cancelAll()
        }
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

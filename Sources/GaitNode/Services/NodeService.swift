import Foundation
import Logging
import Messaging
import ServiceLifecycle
import Synchronization
import UnixSignals

/// Runs the client and the node's threads from start to graceful shutdown.
struct NodeService: Service {
    /// Seconds from the end of the other threads until everything is published and the connection closed, whatever the
    /// broker does. With ``patience`` and the client's wait for a hung thread this stays below the two seconds after
    /// which ``StopSignals`` end the process.
    private static let goodbye = 1.0
    /// Seconds that a running request, a camera frame and a training child may take to end.
    private static let patience = 0.5

    /// The node's name.
    let node: String
    let nameCheck: NodeNameCheck
    let client: MQTTClient
    let queue: PipelineQueue
    let intake: RequestIntake
    /// Nil if the node takes no camera frames.
    let frames: FrameMailbox?
    let optOuts: OptOutHandler
    let forgetting: Forgetting
    let coordinator: RetrainingCoordinator
    let notification: ServiceNotification
    let reload: ConfigurationReload
    let logger: Logger
    /// The pipeline; its thread locks it for as long as it runs.
    let pipeline: HandedOver<Pipeline>
    /// The request routers, one for each thread that executes requests.
    let routers: [RequestRouter]
    /// The retraining worker, in the same way.
    let worker: HandedOver<RetrainingWorker>
    /// The frame reader, in the same way; nil if the node takes no camera frames.
    let reader: HandedOver<FrameReader?>

    func run() async throws {
        let pipelineThread = try NodeThread(name: "pipeline") { [pipeline, optOuts, forgetting] in
            // Before anyone is classified.
            optOuts.recover()
            forgetting.recover()
            pipeline.withValue { $0.run(goodbyeWithin: Self.goodbye) }
        }
        let routerThreads = try routers.map { router in
            try NodeThread(name: router.lane == .prompt ? "requests" : "storage") { router.run() }
        }
        let readerThread = try NodeThread(name: "perception") { [reader] in reader.withValue { $0?.run() } }
        // The node neither connects nor trains before it knows that the name is free.
        let fault = SharedState<MessagingError?>(nil)
        let workerThread = try NodeThread(name: "retraining") { [nameCheck, client, worker] in
            do throws(MessagingError) {
                guard try nameCheck.run() == .free else { return }
                try client.start()
            } catch {
                return fault.withLock { $0 = error }
            }
            worker.withValue { $0.run() }
        }
        let reloads = await UnixSignalsSequence(trapping: .sighup)
        notification.send(.ready)
        logger.info("gaitd \(NodeVersion.current) has started")
        await runUntilStopped(workerThread, reloads: reloads)
        notification.send(.stopping)
        nameCheck.stop()
        intake.close()
        frames?.close()
        coordinator.stop()
        // Answers, and the end of a job, are published before the node disconnects, unless the disk hangs.
        await (routerThreads + [workerThread, readerThread]).ended(within: Self.patience)
        queue.close()
        await pipelineThread.ended()
        intake.setResponses(nil)
        if let fault = fault.withLock({ $0 }) { throw fault }
        if nameCheck.outcome == .taken { throw GaitNodeError.nameTaken(node: node) }
        logger.info("gaitd has stopped")
    }

    /// Waits for the request to stop, or until another node turns out to have the name. Reloads the configuration on
    /// every SIGHUP.
    private func runUntilStopped(_ workerThread: NodeThread, reloads: UnixSignalsSequence) async {
        await withTaskGroup { group in
            // Throws if the task is canceled, which ends the service just the same.
            group.addTask { try? await gracefulShutdown() }
            group.addTask { await workerThread.ended() }
            // Outlives the others, and is canceled with them.
            group.addTask { [reload] in
                for await _ in reloads { await reload.reload() }
                try? await gracefulShutdown()
            }
            await group.next()
            group.cancelAll()
        }
    }
}

/// A value made on one thread and used on another, by one thread at a time.
final class HandedOver<Value>: Sendable {
    private let value: Mutex<Value>

    init(_ value: consuming sending Value) {
        self.value = Mutex(value)
    }

    /// Uses the value while others wait.
    @discardableResult
    func withValue<Result>(_ use: (inout sending Value) -> sending Result) -> sending Result {
        value.withLock(use)
    }
}

/// A thread for work that must not block Swift's cooperative pool: OpenBLAS, the disk, waiting for a child.
struct NodeThread {
    /// Bytes of stack, for the classifier's and the encoder's call depth.
    private static let stackSize = 2 << 20

    private let end = ThreadEnd()

    /// Starts the thread.
    ///
    /// - Throws: `MessagingError.system` if there can be no more threads.
    init(name: String, _ body: @escaping @Sendable () -> Void) throws(MessagingError) {
        try SystemThread.start(name: name, stackSize: Self.stackSize) { [end] in
            body()
            end.signal()
        }
    }

    /// Waits for the thread's end, or until the task is canceled.
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

extension [NodeThread] {
    /// Waits for the end of all of them, for so many seconds at most.
    fileprivate func ended(within seconds: Double) async {
        await withTaskGroup { group in
            for thread in self { group.addTask { await thread.ended(within: seconds) } }
        }
    }
}

/// The end of a thread. Several tasks may wait for it, each on its own stream, because canceling one task would end a
/// shared stream for all.
private final class ThreadEnd: Sendable {
    private struct State {
        var hasEnded = false
        var waiting: [AsyncStream<Never>.Continuation] = []
    }

    private let state = Mutex(State())

    func signal() {
        let waiting = state.withLock { state in
            state.hasEnded = true
            return state.waiting
        }
        for continuation in waiting { continuation.finish() }
    }

    func wait() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
        let hasEnded = state.withLock { state in
            if !state.hasEnded { state.waiting.append(continuation) }
            return state.hasEnded
        }
        if hasEnded { return }
        for await _ in stream {}
    }
}

import Foundation
import Gait
import Logging
import Messaging
import Storage
import Synchronization

/// Lets one retraining run at a time: takes requests from any thread, and starts, watches and ends the child on a
/// thread of its own.
final class RetrainingCoordinator: Sendable {
    /// A job that was accepted.
    struct Job {
        let id: Int64
        let request: RetrainRequest
    }

    /// What is to become of the job that runs.
    enum Stop: Equatable {
        /// Somebody asked for it.
        case cancelled(reason: String)
        case nodeStops
    }

    private struct State {
        /// Accepted, and not over.
        var job: Job?
        var stop: Stop?
        /// Labels stored since the thread looked last.
        var newLabels = 0
        var isStopping = false
    }

    /// Bytes that a retraining needs on the disk beside what is kept free: two networks and their temporary copies.
    private static let neededBytes = 32 << 20

    let configuration: NodeConfiguration
    let access: StoreAccess
    let models: ModelManager
    private let pauses: SharedOptOuts
    let changed: WakeSignal
    let logger: Logger
    private let state = Mutex(State())

    /// - Throws: `MessagingError.system` where the process has no file descriptors left.
    init(
        configuration: NodeConfiguration, access: StoreAccess, models: ModelManager, pauses: SharedOptOuts,
        logger: Logger
    ) throws(MessagingError) {
        (self.configuration, self.access, self.models) = (configuration, access, models)
        (self.pauses, self.logger) = (pauses, logger)
        changed = try WakeSignal()
    }

    // MARK: - From any thread

    /// Accepts a retraining as the configuration has it.
    func start(_ origin: RetrainRequest.Origin) throws(RequestFailure) -> Int64 {
        try start(RetrainRequest(configuration.retrain, origin: origin))
    }

    /// Accepts a retraining; it begins at once.
    ///
    /// - Returns: The job's number.
    /// - Throws: `RequestFailure` with `disabled`, `paused`, `no_store`, `no_registry`, `busy`, `low_disk`, `too_few_labels` and
    ///   the counts, or `stopping`.
    func start(_ request: RetrainRequest) throws(RequestFailure) -> Int64 {
        guard configuration.retrain.isEnabled else {
            throw RequestFailure(.disabled, "'retrain.enabled' is false in the node's configuration")
        }
        guard !pauses.pauses.isNodePaused else {
            throw RequestFailure(.paused, "the node is paused: resume it first")
        }
        let store = try access.store()
        guard models.directory != nil else {
            throw RequestFailure(
                .noRegistry, "'model.registry' is not set, or cannot be used, see the node's log")
        }
        let id = try state.withLock { state throws(RequestFailure) in
            guard !state.isStopping else { throw .stopping }
            if let job = state.job {
                throw RequestFailure(
                    .busy, "retraining \(job.id) is running", data: .object(["job": .number(Double(job.id))]))
            }
            try checkLabels(in: store)
            let job: TrainingJob
            do throws(StorageError) {
                try store.checkSpace(for: Self.neededBytes)
                job = try store.startJob(request: request.text)
            } catch { throw RequestFailure(error) }
            state.job = Job(id: job.id, request: request)
            state.stop = nil
            return job.id
        }
        changed.raise()
        return id
    }

    /// Ends the job that runs; within two seconds it is over.
    ///
    /// - Returns: The job's number.
    /// - Throws: `RequestFailure` with `no_job`.
    @discardableResult
    func cancel(reason: String) throws(RequestFailure) -> Int64 {
        let id = try state.withLock { state throws(RequestFailure) in
            guard let job = state.job else { throw RequestFailure(.noJob, "no retraining is running") }
            state.stop = state.stop ?? .cancelled(reason: reason)
            return job.id
        }
        changed.raise()
        return id
    }

    /// Ends the job that runs, if any, and waits until it is over.
    func endRunningJob(reason: String) {
        guard (try? cancel(reason: reason)) != nil else { return }
        let deadline = Arrival.monotonicSeconds() + 3
        while isRunning, Arrival.monotonicSeconds() < deadline { usleep(5000) }
    }

    /// Whether a job is not over.
    var isRunning: Bool { state.withLock { $0.job != nil } }

    /// Notes labels that were stored, for the schedule.
    func note(labels: Int) {
        state.withLock { $0.newLabels += labels }
        changed.raise()
    }

    /// Ends the thread, and the child with it.
    func stop() {
        state.withLock { state in
            state.isStopping = true
            if state.job != nil { state.stop = .nodeStops }
        }
        changed.raise()
    }

    /// - Throws: `RequestFailure` with `too_few_labels` and the counts of real gaits.
    private func checkLabels(in store: GaitStore) throws(RequestFailure) {
        let needed = configuration.retrain.minimumGaitsPerClass
        let counts: [GaitCount]
        do { counts = try store.counts() } catch { throw RequestFailure(error) }
        var byLabel = Dictionary(uniqueKeysWithValues: Emotion.allCases.map { ($0.rawValue, 0) })
        for count in counts where !count.isSynthetic { byLabel[count.label, default: 0] += count.gaits }
        let few = Emotion.allCases.map(\.rawValue).filter { byLabel[$0, default: 0] < needed }
        guard few.isEmpty else {
            let text = few.map { "\($0) has \(byLabel[$0, default: 0])" }.joined(separator: ", ")
            throw RequestFailure(
                .tooFewLabels, "each emotion needs \(needed) labelled gaits: \(text)",
                data: .object([
                    "counts": .object(byLabel.mapValues { .number(Double($0)) }),
                    "needed": .number(Double(needed)),
                ]))
        }
    }

    // MARK: - For the thread

    /// The job that was accepted, if any.
    var job: Job? { state.withLock { $0.job } }

    /// What is to become of the job that runs.
    var requestedStop: Stop? { state.withLock { $0.stop } }

    /// Whether the thread is to end.
    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Labels stored since the last call.
    func takeNewLabels() -> Int {
        state.withLock { state in
            defer { state.newLabels = 0 }
            return state.newLabels
        }
    }

    /// The job is over: the next one may be accepted.
    func noteEnd() {
        state.withLock { state in (state.job, state.stop) = (nil, nil) }
    }
}

import Foundation
import Gait
import Logging
import Messaging
import Storage
import Synchronization

/// Lets one retraining run at a time: takes requests from any thread for ``RetrainingWorker``, whose thread starts,
/// watches and ends the child.
final class RetrainingCoordinator: Sendable {
    private struct State {
        /// Accepted, and not over.
        var job: RetrainingJob?
        var stop: ChildMonitor.Stop?
        /// Labels stored since the worker's last look.
        var newLabels = 0
        var isStopping = false
    }

    /// Seconds that a canceled job may take to end.
    private static let patience = 3.0
    /// Bytes that a retraining needs on the disk besides what must stay free: two networks and their temporary copies.
    private static let neededBytes = 32 << 20

    let configuration: NodeConfiguration
    let access: StoreAccess
    let models: ModelManager
    private let optOuts: SharedOptOuts
    /// Wakes the worker.
    let changed: WakeSignal
    let logger: Logger
    private let state = SharedState(State())
    /// Held while a job is written to the store, which may take a while: `cancel` waits only for `state`.
    private let starting = Mutex(())

    /// - Throws: `MessagingError.system` if the process has run out of file descriptors.
    init(
        configuration: NodeConfiguration, access: StoreAccess, models: ModelManager, optOuts: SharedOptOuts,
        logger: Logger
    ) throws(MessagingError) {
        (self.configuration, self.access, self.models) = (configuration, access, models)
        (self.optOuts, self.logger) = (optOuts, logger)
        changed = try WakeSignal()
    }

    // MARK: - For any thread

    /// Accepts a retraining, which begins at once.
    ///
    /// - Returns: The job's number.
    /// - Throws: `RequestFailure` with `disabled`, `paused`, `no_store`, `no_registry`, `unwritable`, `busy`,
    ///   `too_few_labels` and the counts, or `stopping`; `StorageError`.
    func start(_ request: RetrainingRequest) throws -> Int64 {
        guard configuration.retrain.isEnabled else {
            throw RequestFailure(.disabled, "'retrain.enabled' is false in the node's configuration")
        }
        guard !optOuts.current.isNodePaused else {
            throw RequestFailure(.paused, "the node is paused; resume it first")
        }
        if let fault = pathFault { throw RequestFailure(.unwritable, fault) }
        let store = try access.store()
        guard models.registry != nil else {
            throw RequestFailure(
                .noRegistry, "'model.registry' is not set or cannot be used; see the node's log")
        }
        let id = try starting.withLock { _ in
            try checkIdle()
            try checkLabels(in: store)
            try store.checkSpace(for: Self.neededBytes)
            let job = try store.startJob(request)
            state.withLock { ($0.job, $0.stop) = (job, $0.isStopping ? .nodeStops : nil) }
            return job.id
        }
        changed.raise()
        return id
    }

    private func checkIdle() throws(RequestFailure) {
        try state.withLock { state throws(RequestFailure) in
            guard !state.isStopping else { throw RequestFailure.stopping }
            if let job = state.job {
                throw RequestFailure(
                    .busy, "retraining \(job.id) is running", data: .object(["job": .number(Double(job.id))]))
            }
        }
    }

    /// Why labels and models cannot be kept where the configuration says; nil if they can. Looked up each time, since an
    /// operator may correct it meanwhile.
    var pathFault: String? {
        let paths = [
            (ConfigurationTable.name(\.store.path), configuration.store.path),
            (ConfigurationTable.name(\.modelRegistry), configuration.modelRegistry),
        ]
        let faults = paths.compactMap { key, path in
            path.flatMap(PathPermission.fault).map { "'\(key)' cannot be used for training: \($0)" }
        }
        return faults.isEmpty ? nil : faults.joined(separator: "; ")
    }

    /// Accepts a retraining with the configuration's settings.
    func start(_ origin: RetrainingRequest.Origin) throws -> Int64 {
        var request = configuration.retrain.training.request
        request.origin = origin
        return try start(request)
    }

    /// Ends the running job; within two seconds it is over.
    ///
    /// - Returns: The job's number.
    /// - Throws: `RequestFailure` with `no_job`.
    @discardableResult
    func cancel(reason: String) throws -> Int64 {
        let id = try state.withLock { state in
            guard let job = state.job else { throw RequestFailure(.noJob, "no retraining is running") }
            state.stop = state.stop ?? .canceled(reason)
            return job.id
        }
        changed.raise()
        return id
    }

    /// Ends the running job, if any, and waits until it is over.
    func endRunningJob(reason: String) {
        guard (try? cancel(reason: reason)) != nil else { return }
        _ = state.wait(seconds: Self.patience) { $0.job == nil }
    }

    /// Counts stored labels for the schedule.
    func note(labels: Int) {
        state.withLock { $0.newLabels += labels }
        changed.raise()
    }

    /// Ends the worker, and the child with it.
    func stop() {
        state.withLock { state in
            state.isStopping = true
            if state.job != nil { state.stop = .nodeStops }
        }
        changed.raise()
    }

    /// - Throws: `RequestFailure` with `too_few_labels` and the counts of real gaits.
    private func checkLabels(in store: GaitStore) throws {
        let needed = configuration.retrain.minimumGaitsPerClass
        var byLabel = Dictionary(uniqueKeysWithValues: Emotion.allCases.map { ($0.rawValue, 0) })
        for count in try store.counts() where !count.isSynthetic {
            byLabel[count.label, default: 0] += count.gaits
        }
        let few = Emotion.allCases.map(\.rawValue).filter { byLabel[$0, default: 0] < needed }
        guard few.isEmpty else {
            let text = few.map { "\($0) has \(byLabel[$0, default: 0])" }.joined(separator: ", ")
            throw RequestFailure(
                .tooFewLabels, "each emotion needs \(needed) labeled gaits: \(text)",
                data: .object([
                    "counts": .object(byLabel.mapValues { .number(Double($0)) }),
                    "needed": .number(Double(needed)),
                ]))
        }
    }

    // MARK: - For the worker

    /// The jobs that an earlier run has left in the store without an end.
    func jobsLeftBehind(in store: GaitStore) throws -> [RetrainingJob] {
        try starting.withLock { _ in
            let own = job?.id
            return try store.unfinishedJobs().filter { $0.id != own }
        }
    }

    /// The accepted job, if any.
    var job: RetrainingJob? { state.withLock { $0.job } }

    /// Why the running job has to end, if it does.
    var requestedStop: ChildMonitor.Stop? { state.withLock { $0.stop } }

    /// Whether the worker has to end.
    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Labels stored since the last call.
    func takeNewLabels() -> Int {
        state.withLock { state in
            defer { state.newLabels = 0 }
            return state.newLabels
        }
    }

    /// The job is over: accepts the next one.
    func noteEnd() {
        state.withLock { state in (state.job, state.stop) = (nil, nil) }
    }
}

extension RetrainingRequest {
    private struct Fields: Decodable {
        let epochs: WholeNumber?
        let augment: Augment?
        let budget: Double?
        let activate: String?

        struct Augment: Decodable {
            let perClass: WholeNumber?

            enum CodingKeys: String, CodingKey {
                case perClass = "per_class"
            }
        }

        enum CodingKeys: String, CodingKey {
            case epochs, augment, activate
            case budget = "budget_s"
        }
    }

    /// A `retrain` request; the configuration's settings replace missing fields.
    ///
    /// - Throws: `RequestMessage.Fault` for a field with a wrong type, `RequestFailure` for one out of range.
    init(_ request: RequestMessage, _ configuration: NodeConfiguration.Retrain) throws {
        self = configuration.training.request
        let fields: Fields = try request.decoded()
        epochs = fields.epochs?.value ?? epochs
        augmentPerClass = fields.augment?.perClass?.value ?? augmentPerClass
        budget = fields.budget ?? budget
        if let name = fields.activate {
            guard let known = Activation(rawValue: name) else {
                throw RequestMessage.Fault.illTyped(field: "activate", expected: "if_better or never")
            }
            activate = known
        }
        for (name, value, range) in [
            ("epochs", Double(epochs), 1.0...10_000),
            ("augment.per_class", Double(augmentPerClass), 0...10_000),
            ("budget_s", budget ?? 1, 1...604_800),
        ] where !range.contains(value) {
            throw RequestFailure(
                .invalidRequest,
                "'\(name)' is \(value); it must be from \(range.lowerBound) to \(range.upperBound)")
        }
    }
}

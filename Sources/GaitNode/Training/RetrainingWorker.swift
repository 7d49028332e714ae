import Foundation
import Logging
import Messaging
import Storage

/// The coordinator's thread: what an earlier run left behind, the schedule, and one child at a time.
final class RetrainingWorker {
    /// Seconds between two looks at schedule and connection.
    private static let idleInterval = 1.0
    /// Seconds between two times that gaits which are too old or too many are deleted.
    private static let pruneInterval = 3600.0
    /// Labels after which that is done sooner.
    private static let pruneLabels = 1000
    /// Seconds that a killed process is waited for.
    private static let orphanPatience = 2.0

    private let coordinator: RetrainingCoordinator
    private let connection: ConnectionMonitor
    private var statusPublisher: TrainingStatusPublisher
    private var log: RepeatedLog
    private var schedule: RetrainSchedule
    private var announcedConnections = 0
    private var nextPrune = 0.0
    private var labelsSincePrune = 0
    /// Where children are put; nil where systemd has not given us groups.
    private var group: TrainingCgroup?

    init(
        coordinator: RetrainingCoordinator, client: MQTTClient, topics: Topics, connection: ConnectionMonitor
    ) {
        (self.coordinator, self.connection) = (coordinator, connection)
        statusPublisher = TrainingStatusPublisher(
            client: client, topic: topics.training, logger: coordinator.logger)
        log = RepeatedLog(logger: coordinator.logger)
        schedule = RetrainSchedule(coordinator.configuration.retrain, newLabels: 0, now: .now())
    }

    /// Works until the coordinator is stopped.
    func run() {
        if coordinator.access.isConfigured {
            group = .ofThisService()
            recover()
        }
        while !coordinator.isStopping {
            repeatIfReconnected()
            if let job = coordinator.job {
                run(job)
            } else {
                followSchedule()
                prune()
                if coordinator.job != nil { continue }
                if coordinator.changed.wait(until: Arrival.monotonicSeconds() + Self.idleInterval) {
                    coordinator.changed.lower()
                }
            }
        }
        if let job = coordinator.job {
            finish(job, TrainingMessage(job), as: .cancelled, reason: "the node stopped")
        }
    }

    // MARK: - One job

    private func run(_ job: RetrainingCoordinator.Job) {
        var message = TrainingMessage(job)
        statusPublisher.tell(message, at: Arrival.monotonicSeconds())
        guard let store = try? coordinator.access.store(), let registry = coordinator.models.directory else {
            return finish(job, message, as: .failed, reason: "the gait store cannot be opened any more")
        }
        schedule.noteJob()
        let command = TrainingCommand(
            job: job.id, request: job.request, store: store.path, registry: registry,
            configuration: coordinator.configuration)
        coordinator.logger.info("retraining \(job.id) begins")
        let process = TrainingProcess(
            command.program, command.arguments, environment: command.environment, group: group,
            changed: coordinator.changed)
        var watch = ChildMonitor(
            process: process, timeout: coordinator.configuration.retrain.timeout, message: message)
        var isNoted = false
        var notedStage: TrainingMessage.Stage?
        while true {
            if !isNoted, let identifier = process.identifier {
                isNoted = true
                note { () throws(StorageError) in try store.updateJob(job.id, process: identifier) }
                watch.message.state = .running
            }
            let ending = watch.step(stop: coordinator.requestedStop, changed: coordinator.changed)
            let now = Arrival.monotonicSeconds()
            for note in watch.takeNotes() { coordinator.logger.info("retraining \(job.id): \(note)") }
            if watch.message != message {
                message = watch.message
                statusPublisher.tell(message, at: now)
            }
            statusPublisher.publishIfDue(at: now)
            repeatIfReconnected()
            if let stage = message.stage, stage != notedStage {
                notedStage = stage
                note { () throws(StorageError) in
                    try store.updateJob(job.id, stage: stage.rawValue, progress: message.progress)
                }
            }
            if let ending {
                // Whatever the child's end was, it may have promoted a model before.
                coordinator.models.followRegistry()
                return finish(job, watch.message, as: ending.state, reason: ending.reason)
            }
        }
    }

    private func finish(
        _ job: RetrainingCoordinator.Job, _ message: TrainingMessage, as state: TrainingMessage.State,
        reason: String?
    ) {
        var message = message
        (message.state, message.reason, message.eta) = (state, reason, nil)
        if let store = try? coordinator.access.store() {
            let isResult = state == .succeeded || state == .rejected
            if !isResult, let row = try? store.job(job.id), let outcome = coordinator.models.outcome(of: row)
            {
                message.take(outcome)
            }
            let model: Int? = if case .number(let version)? = message.model { Int(version) } else { nil }
            note { () throws(StorageError) in
                _ = try store.finishJob(
                    job.id, as: TrainingJob.State(message.state), reason: message.reason, model: model,
                    metrics: message.numericMetrics)
            }
        }
        coordinator.noteEnd()
        statusPublisher.tell(message, at: Arrival.monotonicSeconds())
        coordinator.logger.info(
            "retraining \(job.id) is over: \(message.state.rawValue)\(message.reason.map { ", \($0)" } ?? "")"
        )
    }

    /// Writes into the store what can be done without, where the disk is full.
    private func note(_ body: () throws(StorageError) -> Void) {
        do { try body() } catch {
            log.warning("jobs", at: Arrival.monotonicSeconds()) { "the job is not written down: \(error)" }
        }
    }

    // MARK: - Beside the jobs

    /// Ends a child that outlived an earlier run, writes down what its job came to, and says so of the newest job.
    private func recover() {
        do {
            let store = try coordinator.access.store()
            // One that was asked for meanwhile is none of an earlier run's.
            for job in try store.unfinishedJobs() where job.id != coordinator.job?.id {
                if let process = job.process { endOrphan(process, of: job, store: store) }
                guard let outcome = coordinator.models.outcome(of: job) else {
                    try store.finishJob(job.id, as: .failed, reason: "gaitd ended while it ran")
                    continue
                }
                try store.finishJob(
                    job.id, as: TrainingJob.State(outcome.state), reason: outcome.reason,
                    model: outcome.model,
                    metrics: outcome.metrics)
            }
            // It may have promoted a model since this run chose the one to serve.
            coordinator.models.followRegistry()
            guard let latest = try store.latestJob(), latest.state.isOver else { return }
            statusPublisher.tell(TrainingMessage(latest), at: Arrival.monotonicSeconds())
            let records = try store.records(matching: GaitSelection(isSynthetic: false))
            let newLabels = records.count { $0.created > latest.created }
            schedule = RetrainSchedule(coordinator.configuration.retrain, newLabels: newLabels, now: .now())
        } catch {
            coordinator.logger.error("the gait store cannot be used: \(error)")
        }
    }

    private func endOrphan(_ process: Int32, of job: TrainingJob, store: GaitStore) {
        func isRunning() -> Bool { TrainingCommand.isRun(by: process, job: job.id, store: store.path) }
        guard isRunning() else { return }
        kill(-process, SIGKILL)
        // Until it is gone it may change the registry.
        let deadline = Arrival.monotonicSeconds() + Self.orphanPatience
        while isRunning(), Arrival.monotonicSeconds() < deadline { usleep(5000) }
        coordinator.logger.warning(
            "ended process \(process) of retraining \(job.id), which an earlier run had left")
    }

    private func repeatIfReconnected() {
        let connections = connection.connections
        guard connections != announcedConnections else { return }
        announcedConnections = connections
        statusPublisher.repeatNewest(at: Arrival.monotonicSeconds())
    }

    private func followSchedule() {
        let labels = coordinator.takeNewLabels()
        schedule.note(labels: labels)
        labelsSincePrune += labels
        guard coordinator.configuration.retrain.isEnabled, coordinator.access.isConfigured else { return }
        switch schedule.decide(at: .now(), machine: { MachineState.read() }) {
        case .nothing: break
        case .wait(let reason):
            log.warning("schedule", at: Arrival.monotonicSeconds()) {
                "a retraining is due and waits: \(reason)"
            }
        case .start:
            do {
                _ = try coordinator.start(.schedule)
            } catch {
                coordinator.logger.notice("no retraining by schedule: \(error.message)")
            }
        }
    }

    private func prune() {
        let now = Arrival.monotonicSeconds()
        guard coordinator.access.isConfigured, now >= nextPrune || labelsSincePrune >= Self.pruneLabels else {
            return
        }
        (nextPrune, labelsSincePrune) = (now + Self.pruneInterval, 0)
        do {
            let gaits = try coordinator.access.prune()
            if !gaits.isEmpty {
                coordinator.logger.info("\(gaits.count) gaits were deleted as too old or too many")
            }
        } catch {
            log.warning("prune", at: now) { "gaits that are too old or too many stay: \(error.message)" }
        }
    }
}

import Foundation
import Gait
import Logging
import Messaging
import Storage

/// The coordinator's thread: recovers from an earlier run, follows the schedule, and runs one child at a time. It alone
/// writes down how jobs end.
final class RetrainingWorker {
    /// Seconds between two looks at schedule and connection.
    private static let interval = 1.0
    /// Seconds to wait for the end of a killed process.
    private static let orphanPatience = 2.0

    private let coordinator: RetrainingCoordinator
    private let forgetting: Forgetting
    private let connection: ConnectionMonitor
    private let logger: Logger
    private var status: TrainingStatusPublisher
    private var log: RepeatedLog
    private var schedule: RetrainSchedule
    private var retention: Retention
    private var announcedConnections = 0
    /// The control group for children; nil if systemd has not delegated one.
    private var group: TrainingCgroup?

    init(
        coordinator: RetrainingCoordinator, forgetting: Forgetting, retention: Retention, client: MQTTClient,
        topics: Topics, connection: ConnectionMonitor
    ) {
        (self.coordinator, self.connection, logger) = (coordinator, connection, coordinator.logger)
        (self.forgetting, self.retention) = (forgetting, retention)
        status = TrainingStatusPublisher(client: client, topic: topics.training, logger: logger)
        log = RepeatedLog(logger: logger)
        schedule = RetrainSchedule(coordinator.configuration.retrain, newLabels: 0, now: .now())
    }

    /// Works until the coordinator is stopped.
    func run() {
        let fault = coordinator.pathFault
        if let fault { logger.warning("\(fault)") }
        if coordinator.access.isConfigured {
            group = .ofThisService()
            if fault == nil { recover() }
        }
        if fault == nil { removeRemains() }
        while !coordinator.isStopping {
            repeatIfReconnected()
            if let job = coordinator.job {
                run(job)
            } else {
                followSchedule()
                forgetting.lookAfter(ending: nil)
                if coordinator.access.isConfigured { retention.serve() }
                if coordinator.job != nil { continue }
                if coordinator.changed.wait(until: Arrival.monotonicSeconds() + Self.interval) {
                    coordinator.changed.lower()
                }
            }
        }
        if let job = coordinator.job { finish(job, job.progress, ChildMonitor.Stop.nodeStops.outcome) }
    }

    // MARK: - One job

    private func run(_ job: RetrainingJob) {
        status.tell(job.progress, of: job.id)
        guard let store = try? coordinator.access.store(), let registry = coordinator.models.registry else {
            let reason = "the gait store can no longer be opened"
            return finish(job, job.progress, RetrainingOutcome(.failed, reason: reason))
        }
        schedule.noteJob()
        let configuration = coordinator.configuration
        let command = TrainingCommand(
            job: job.id, request: job.request ?? RetrainingRequest(), store: store.path,
            registry: registry.directory, configuration: configuration)
        logger.info("retraining \(job.id) begins")
        let process = TrainingProcess(command, group: group, changed: coordinator.changed)
        var monitor = ChildMonitor(process: process, timeout: configuration.retrain.timeout)
        var noted = monitor.progress
        while true {
            let outcome = monitor.step(
                stop: coordinator.requestedStop, changed: coordinator.changed,
                until: Arrival.monotonicSeconds() + Self.interval)
            for note in monitor.takeNotes() { logger.info("retraining \(job.id): \(note)") }
            let progress = monitor.progress
            status.tell(progress, of: job.id)
            repeatIfReconnected()
            forgetting.lookAfter { [coordinator] in _ = try? coordinator.cancel(reason: Forgetting.reason) }
            if progress.state != noted.state || progress.stage != noted.stage {
                noted = progress
                note {
                    try store.updateJob(
                        job.id, process: process.identifier, stage: progress.stage,
                        fraction: progress.fraction)
                }
            }
            if let outcome {
                // However the child ended, it may have promoted a model before.
                coordinator.models.followRegistry()
                return finish(job, progress, outcome)
            }
        }
    }

    /// Writes down the end of a job, and publishes it. The registry knows better if the child brought no result.
    private func finish(_ job: RetrainingJob, _ progress: RetrainingProgress, _ outcome: RetrainingOutcome) {
        var progress = progress
        let hasResult = outcome.state == .succeeded || outcome.state == .rejected
        progress.end(hasResult ? outcome : coordinator.models.registry?.outcome(of: job) ?? outcome)
        if let store = try? coordinator.access.store() {
            note { try store.finishJob(job.id, progress.outcome) }
        }
        coordinator.noteEnd()
        status.tell(progress, of: job.id)
        logger.info(
            "retraining \(job.id) has ended: \(progress.state.rawValue)\(progress.reason.map { ", \($0)" } ?? "")"
        )
    }

    /// Writes to the store; if the disk is full, the job goes on.
    private func note(_ body: () throws -> Void) {
        do { try body() } catch {
            log.warning("jobs", at: Arrival.monotonicSeconds()) { "the job was not recorded: \(error)" }
        }
    }

    // MARK: - Between jobs

    /// Ends children that outlived an earlier run, writes down how their jobs ended, and publishes the newest job.
    private func recover() {
        do {
            let store = try coordinator.access.store()
            for job in try coordinator.jobsLeftBehind(in: store) {
                if let process = job.process { endOrphan(process, of: job, store: store) }
                let outcome =
                    coordinator.models.registry?.outcome(of: job)
                    ?? RetrainingOutcome(.failed, reason: "gaitd ended while it ran")
                try store.finishJob(job.id, outcome)
            }
            // One of them may have promoted a model since this run chose the one to serve.
            coordinator.models.followRegistry()
            guard let latest = try store.latestJob(), latest.state.isOver else { return }
            status.tell(latest.progress, of: latest.id)
            let records = try store.records(matching: GaitSelection(isSynthetic: false))
            let newLabels = records.count { $0.created > latest.created }
            schedule = RetrainSchedule(coordinator.configuration.retrain, newLabels: newLabels, now: .now())
        } catch {
            logger.error("the gait store cannot be used: \(error)")
        }
    }

    /// Removes files of models that were never registered; the children that wrote them have ended.
    private func removeRemains() {
        do {
            let names = try coordinator.models.registry?.removeRemains() ?? []
            guard !names.isEmpty else { return }
            logger.notice("removed incomplete models of an earlier run: \(names.joined(separator: ", "))")
        } catch {
            logger.error("incomplete models of an earlier run were not removed: \(error)")
        }
    }

    private func endOrphan(_ process: Int32, of job: RetrainingJob, store: GaitStore) {
        // Opened first, so that the descriptor belongs to the process that is checked.
        guard let orphan = ProcessDescriptor(of: process),
            TrainingCommand.isRun(by: process, job: job.id, store: store.path)
        else { return }
        kill(-process, SIGKILL)
        // Until it is gone it may change the registry.
        orphan.waitForEnd(seconds: Self.orphanPatience)
        logger.warning("ended process \(process) of retraining \(job.id), left by an earlier run")
    }

    private func repeatIfReconnected() {
        let connections = connection.connections
        guard connections != announcedConnections else { return }
        announcedConnections = connections
        status.repeatNewest()
    }

    private func followSchedule() {
        let labels = coordinator.takeNewLabels()
        schedule.note(labels: labels)
        guard coordinator.configuration.retrain.isEnabled, coordinator.access.isConfigured else { return }
        switch schedule.decide(at: .now(), machine: { MachineState.read() }) {
        case .nothing: break
        case .wait(let reason):
            log.warning("schedule", at: Arrival.monotonicSeconds()) {
                "a retraining is due but must wait: \(reason)"
            }
        case .start:
            do { _ = try coordinator.start(.schedule) } catch {
                logger.notice("no scheduled retraining: \(error)")
            }
        }
    }
}

/// Publishes the newest job on the training topic: every change of its state at once, anything else at most once a
/// second. Belongs to the coordinator's thread.
struct TrainingStatusPublisher {
    /// Seconds between two messages of a running job.
    private static let interval = 1.0

    private let client: MQTTClient
    private let topic: String
    private var log: RepeatedLog
    /// The newest job; nil before the first.
    private var message: TrainingMessage?
    private var isPending = false
    private var lastPublished = -Double.infinity

    init(client: MQTTClient, topic: String, logger: Logger) {
        (self.client, self.topic) = (client, topic)
        log = RepeatedLog(logger: logger)
    }

    /// Takes over a job's progress, and publishes it if it is due.
    mutating func tell(_ progress: RetrainingProgress, of job: Int64) {
        let isSameJob = message?.job == Int(job)
        let isChange = !isSameJob || progress.state != message?.state
        if !isSameJob || progress != message?.progress {
            message = TrainingMessage(stamp: 0, job: Int(job), progress: progress)
            isPending = true
        }
        if isPending, isChange || Arrival.monotonicSeconds() - lastPublished >= Self.interval { publish() }
    }

    /// Publishes again what the broker may have lost.
    mutating func repeatNewest() { publish() }

    private mutating func publish() {
        guard var message else { return }
        let now = Arrival.monotonicSeconds()
        (isPending, lastPublished) = (false, now)
        message.stamp = Arrival.wallClockSeconds()
        do {
            try client.publish(try MQTTMessage(retaining: message, topic: topic))
        } catch {
            log.warning("training", at: now) { "\(topic) was not published: \(error)" }
        }
    }
}

import Gait
import Logging
import Messaging

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
            try client.publish(
                MQTTMessage(
                    topic: topic, payload: try message.encoded(), qualityOfService: .atLeastOnce,
                    retained: true))
        } catch {
            log.warning("training", at: now) { "\(topic) was not published: \(error)" }
        }
    }
}

import Logging
import Messaging

/// Says on the training topic how the newest job fares: every change of its state at once, all else at most once a
/// second. Belongs to the coordinator's thread.
struct TrainingStatusPublisher {
    /// Seconds between two messages of a job that runs.
    static let interval = 1.0

    private let client: MQTTClient
    private let topic: String
    private var log: RepeatedLog
    /// The newest job; nil before the first.
    private(set) var message: TrainingMessage?
    private var isPending = false
    private var lastPublished = -Double.infinity

    init(client: MQTTClient, topic: String, logger: Logger) {
        (self.client, self.topic) = (client, topic)
        log = RepeatedLog(logger: logger)
    }

    /// Takes over what is known of the job.
    mutating func tell(_ new: TrainingMessage, at now: Double) {
        let isChange = new.state != message?.state || new.job != message?.job
        message = new
        isPending = true
        publishIfDue(at: now, atOnce: isChange)
    }

    /// Says what was held back.
    mutating func publishIfDue(at now: Double, atOnce: Bool = false) {
        guard isPending, var message, atOnce || now - lastPublished >= Self.interval else { return }
        isPending = false
        lastPublished = now
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

    /// Says again what the broker may have lost.
    mutating func repeatNewest(at now: Double) {
        isPending = message != nil
        publishIfDue(at: now, atOnce: true)
    }
}

import Logging
import Messaging
import Synchronization

/// Answers requests on the command's own response topic, and on the topic that the request names. For any thread.
final class ResponsePublisher: Sendable {
    private let client: MQTTClient
    private let topics: Topics
    private let metrics: SharedState<HealthMessage.Requests>
    private let log: Mutex<RepeatedLog>

    init(
        client: MQTTClient, topics: Topics, metrics: SharedState<HealthMessage.Requests>, logger: Logger
    ) {
        (self.client, self.topics, self.metrics) = (client, topics, metrics)
        log = Mutex(RepeatedLog(logger: logger))
    }

    /// Whether so many messages wait for the broker that further requests have to be refused.
    var isCrowded: Bool { client.statistics.queued > RequestLimits.waitingAnswers }

    /// Publishes the refusal of a request that was not taken. If messages pile up, it is only counted: it must not
    /// displace the answers to requests that were executed.
    func refuse(_ request: MQTTMessage, _ failure: RequestFailure, transaction: [UInt8]?) {
        guard client.statistics.queued > RequestLimits.waitingRefusals else {
            return answer(request, with: Answer(failure), transaction: transaction)
        }
        metrics.withLock { $0.errors["unanswered", default: 0] += 1 }
        warn("unanswered", "requests are refused without an answer, since the broker takes no more messages")
    }

    /// Publishes the answer to a request.
    ///
    /// - Parameter transaction: The JSON text of the request's; nil if it has none.
    func answer(_ request: MQTTMessage, with answer: Answer, transaction: [UInt8]?) {
        let payload = answer.payload(transaction: transaction)
        metrics.withLock { metrics in
            metrics.answered += 1
            if let error = answer.error { metrics.errors[error, default: 0] += 1 }
        }
        if let command = topics.parseRequest(request.topic), command.utf8.count <= 128,
            Topics.isValidPrefix(command)
        {
            publish(
                MQTTMessage(topic: topics.response(command), payload: payload, qualityOfService: .atLeastOnce)
            )
        }
        guard let topic = request.responseTopic else { return }
        guard topics.mayBeAnswered(on: topic) else {
            metrics.withLock { $0.errors["response_topic", default: 0] += 1 }
            warn("response_topic", "no answer on '\(topic)': it is invalid, or a topic of nodes or robots")
            return
        }
        publish(
            MQTTMessage(
                topic: topic, payload: payload, qualityOfService: .atLeastOnce,
                correlationData: request.correlationData))
    }

    private func publish(_ message: MQTTMessage) {
        do { try client.publish(message) } catch {
            warn("response", "\(message.topic) was not published: \(error)")
        }
    }

    /// Writes at most one line a minute for each reason.
    func warn(_ reason: String, _ message: String) {
        log.withLock { log in log.warning(reason, at: Arrival.monotonicSeconds()) { message } }
    }
}

extension Topics {
    /// Whether a request may have its answer on this topic: requesters must not make the node publish under the topics of
    /// nodes, except its own for answers, or of robots.
    fileprivate func mayBeAnswered(on topic: String) -> Bool {
        if topic.hasPrefix(response("")) { return true }
        return !topic.isEmpty && !topic.hasPrefix("$") && !topic.hasPrefix("\(nodes)/")
            && !topic.hasPrefix("\(robots)/")
    }
}

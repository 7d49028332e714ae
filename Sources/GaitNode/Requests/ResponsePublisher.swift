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

    /// Publishes the answer to a request.
    ///
    /// - Returns: bytes of the answer's payload; 0 if it could not be encoded.
    @discardableResult
    func answer(_ request: MQTTMessage, with response: ResponseMessage) -> Int {
        let payload: [UInt8]
        do { payload = try response.encoded() } catch {
            warn("response_encoding", "a request on \(request.topic) was not answered: \(error)")
            return 0
        }
        metrics.withLock { metrics in
            metrics.answered += 1
            if let error = response.error { metrics.errors[error, default: 0] += 1 }
        }
        if let command = topics.parseRequest(request.topic), command.utf8.count <= 128,
            Topics.isValidPrefix(command)
        {
            publish(
                MQTTMessage(topic: topics.response(command), payload: payload, qualityOfService: .atLeastOnce)
            )
        }
        guard let topic = request.responseTopic else { return payload.count }
        guard topics.mayBeAnswered(on: topic) else {
            metrics.withLock { $0.errors["response_topic", default: 0] += 1 }
            warn("response_topic", "no answer on '\(topic)': it is invalid, or a topic of nodes or robots")
            return payload.count
        }
        publish(
            MQTTMessage(
                topic: topic, payload: payload, qualityOfService: .atLeastOnce,
                correlationData: request.correlationData))
        return payload.count
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

extension ResponseMessage {
    /// The answer that tells of a failure.
    init(_ failure: RequestFailure, transaction: JSONValue?) {
        self.init(
            status: .error, data: failure.data, error: failure.code.rawValue, message: failure.message,
            transaction: transaction)
    }
}

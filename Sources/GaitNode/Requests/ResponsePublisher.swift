import Logging
import Messaging
import Synchronization

/// Answers requests: on the command's own response topic, and where the request asks for it. For any thread.
final class ResponsePublisher: Sendable {
    private let client: MQTTClient
    private let topics: Topics
    private let figures: RequestMetrics
    private let log: Mutex<RepeatedLog>

    init(client: MQTTClient, topics: Topics, figures: RequestMetrics, logger: Logger) {
        (self.client, self.topics, self.figures) = (client, topics, figures)
        log = Mutex(RepeatedLog(logger: logger))
    }

    /// Publishes the answer to a request.
    ///
    /// - Returns: bytes of the answer's payload; 0 where it could not be encoded.
    @discardableResult
    func answer(_ request: MQTTMessage, with response: ResponseMessage) -> Int {
        let payload: [UInt8]
        do { payload = try response.encoded() } catch {
            warn("response_encoding", "a request on \(request.topic) was not answered: \(error)")
            return 0
        }
        figures.countAnswer(error: response.error)
        if let command = topics.parseRequest(request.topic), command.utf8.count <= 128,
            Topics.isValidPrefix(command)
        {
            publish(
                MQTTMessage(topic: topics.response(command), payload: payload, qualityOfService: .atLeastOnce)
            )
        }
        guard let topic = request.responseTopic else { return payload.count }
        guard topics.mayBeAnswered(on: topic) else {
            figures.countUnanswerable("response_topic")
            warn("response_topic", "no answer is given on '\(topic)', which is a topic of our own or none")
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
    /// Whether a topic that a request names may be published to: a requester must not speak in the node's, or a
    /// robot's, name.
    fileprivate func mayBeAnswered(on topic: String) -> Bool {
        if topic.hasPrefix(response("")) { return true }
        return !topic.isEmpty && !topic.hasPrefix("$") && !topic.hasPrefix("\(nodes)/\(node)/")
            && !topic.hasPrefix("\(robots)/")
    }
}

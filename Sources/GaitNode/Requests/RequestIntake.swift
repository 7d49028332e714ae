import Messaging
import Synchronization

/// Takes requests from the network thread and keeps them for the router's thread. No request is dropped silently: one
/// that finds no room is answered `busy` at once.
final class RequestIntake: Sendable {
    private let queue: BoundedQueue<MQTTMessage>
    private let waitingBytes = Atomic<Int>(0)
    private let topics: Topics
    private let responses = Mutex<ResponsePublisher?>(nil)
    private let metrics: SharedState<HealthMessage.Requests>

    /// - Throws: `MessagingError.system` if the process has no file descriptors left.
    init(topics: Topics, metrics: SharedState<HealthMessage.Requests>) throws(MessagingError) {
        queue = try BoundedQueue(capacity: RequestLimits.queued)
        (self.topics, self.metrics) = (topics, metrics)
    }

    /// Sets the publisher of refusals; nil releases it, and the client that it holds.
    func setResponses(_ publisher: ResponsePublisher?) {
        responses.withLock { $0 = publisher }
    }

    /// Takes a message that is a request; called on the network thread.
    ///
    /// - Parameter oversizedBytes: the size of a payload that was too large to be delivered.
    /// - Returns: whether it was a request.
    func take(_ message: MQTTMessage, oversizedBytes: Int? = nil) -> Bool {
        guard topics.parseRequest(message.topic) != nil else { return false }
        metrics.withLock { $0.received += 1 }
        if message.retained {
            // It would be executed at every connect.
            refuse(message, RequestFailure(.invalidRequest, "a request must not be retained"))
        } else if let oversizedBytes {
            let text =
                "the request has \(oversizedBytes) bytes; at most \(PipelineLimits.payloadBytes) are allowed"
            refuse(message, RequestFailure(.payloadTooLarge, text))
        } else if queue.isClosed {
            refuse(message, .stopping)
        } else if !hasRoom(for: message) || !queue.offer(message) {
            refuse(message, RequestFailure(.busy, "too many requests are waiting: ask again later"))
        } else {
            waitingBytes.add(message.payload.count, ordering: .relaxed)
        }
        return true
    }

    /// Waits for the oldest request; nil once the intake is closed and empty.
    func next() -> MQTTMessage? {
        let message = queue.pop()
        if let message { waitingBytes.subtract(message.payload.count, ordering: .relaxed) }
        return message
    }

    /// Refuses further requests. The waiting ones are still handed out.
    func close() { queue.close() }

    /// Whether ``close()`` was called.
    var isClosed: Bool { queue.isClosed }

    private func hasRoom(for message: MQTTMessage) -> Bool {
        waitingBytes.load(ordering: .relaxed) + message.payload.count <= RequestLimits.queuedBytes
    }

    private func refuse(_ message: MQTTMessage, _ failure: RequestFailure) {
        let isSmall = message.payload.count <= RequestLimits.glancedBytes
        let transaction = isSmall ? RequestMessage.transaction(in: message.payload) : nil
        let publisher = responses.withLock { $0 }
        publisher?.answer(message, with: ResponseMessage(failure, transaction: transaction))
    }
}

/// Bounds on the requests and answers that the node keeps; published in `info`.
enum RequestLimits {
    /// Requests that wait to be executed; further ones are answered `busy`.
    static let queued = 512
    /// Bytes of all requests that wait: 32 of the largest.
    static let queuedBytes = 8 << 20
    /// Seconds for which the answer to a transaction is kept.
    static let transactionSeconds = 600.0
    /// Answers that are kept: ten minutes of 100 a second.
    static let transactions = 1 << 16
    /// Bytes of all answers that are kept.
    static let transactionBytes = 16 << 20
    /// Bytes of a request that is refused on the network thread but still read for its transaction.
    static let glancedBytes = 4 << 10
}

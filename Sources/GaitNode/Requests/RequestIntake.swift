import Messaging
import Synchronization

/// Takes requests from the network thread and keeps them for the desk's. None is dropped unsaid: what finds no room
/// is answered `busy` at once.
final class RequestIntake: Sendable {
    private let queue: BoundedQueue<MQTTMessage>
    private let waitingBytes = Atomic<Int>(0)
    private let topics: Topics
    private let responses = Mutex<ResponsePublisher?>(nil)
    let figures: RequestMetrics

    /// - Throws: `MessagingError.system` where the process has no file descriptors left.
    init(topics: Topics, figures: RequestMetrics) throws(MessagingError) {
        queue = try BoundedQueue(capacity: RequestLimits.queued)
        (self.topics, self.figures) = (topics, figures)
    }

    /// Names who answers what is refused here; nil lets go of it, and of the client that it holds.
    func setResponses(_ publisher: ResponsePublisher?) {
        responses.withLock { $0 = publisher }
    }

    /// Takes a message that is a request; called on the network thread.
    ///
    /// - Parameter oversizedBytes: the size of a payload that was too large to be handed on.
    /// - Returns: whether it was a request.
    func take(_ message: MQTTMessage, oversizedBytes: Int? = nil) -> Bool {
        guard topics.parseRequest(message.topic) != nil else { return false }
        figures.countReceived()
        if message.retained {
            // It would be executed at every connect: a request is for now.
            refuse(message, RequestFailure(.invalidRequest, "a request must not be retained"))
        } else if let oversizedBytes {
            let text =
                "the request has \(oversizedBytes) bytes, at most \(PipelineLimits.payloadBytes) are taken"
            refuse(message, RequestFailure(.payloadTooLarge, text))
        } else if queue.isClosed {
            refuse(message, .stopping)
        } else if !hasRoom(for: message) || !queue.offer(message) {
            refuse(message, RequestFailure(.busy, "too many requests wait: ask again later"))
        } else {
            waitingBytes.add(message.payload.count, ordering: .relaxed)
        }
        return true
    }

    /// The oldest request, waited for; nil when the intake is closed and empty.
    func next() -> MQTTMessage? {
        let message = queue.pop()
        if let message { waitingBytes.subtract(message.payload.count, ordering: .relaxed) }
        return message
    }

    /// Refuses what comes from now on. What waits is handed out.
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

extension RequestFailure {
    /// The node ends.
    static let stopping = RequestFailure(.stopping, "the node is about to stop")
}

extension ResponseMessage {
    /// The answer that tells of a failure.
    init(_ failure: RequestFailure, transaction: JSONValue?) {
        self.init(
            status: .error, data: failure.data, error: failure.code.rawValue, message: failure.message,
            transaction: transaction)
    }
}

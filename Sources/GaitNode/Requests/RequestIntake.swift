import Messaging
import Synchronization

/// Takes requests from the network thread and keeps them for the routers' threads. No request is dropped silently: one
/// that finds no room, or whose answer might find none, is answered `busy` at once.
final class RequestIntake: Sendable {
    /// The threads that execute requests: one for those that are soon done, one for those that may have to wait for the
    /// disk or for a lock.
    enum Lane: CaseIterable {
        case prompt, storage
    }

    private let queues: [Lane: BoundedQueue<MQTTMessage>]
    private let waitingBytes = Atomic<Int>(0)
    /// Since when a lane's thread executes a request, monotonic seconds.
    private let begun = Mutex<[Lane: Double]>([:])
    private let topics: Topics
    private let responses = Mutex<ResponsePublisher?>(nil)
    private let metrics: SharedState<HealthMessage.Requests>

    /// - Throws: `MessagingError.system` if the process has no file descriptors left.
    init(topics: Topics, metrics: SharedState<HealthMessage.Requests>) throws(MessagingError) {
        queues = [
            .prompt: try BoundedQueue(capacity: RequestLimits.queued),
            .storage: try BoundedQueue(capacity: RequestLimits.queued),
        ]
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
        guard let command = topics.parseRequest(message.topic) else { return false }
        let lane = RequestRouter.Command(rawValue: command)?.lane ?? .prompt
        metrics.withLock { $0.received += 1 }
        if message.retained {
            // It would be executed at every connect.
            refuse(message, RequestFailure(.invalidRequest, "a request must not be retained"))
        } else if let oversizedBytes {
            let text =
                "the request has \(oversizedBytes) bytes; at most \(PipelineLimits.payloadBytes) are allowed"
            refuse(message, RequestFailure(.payloadTooLarge, text))
        } else if isClosed {
            refuse(message, .stopping)
        } else if isStuck(lane) {
            let text =
                "the disk has not answered an earlier request for \(Int(RequestLimits.patience)) s: ask again later"
            refuse(message, RequestFailure(.busy, text))
        } else if !hasRoom(for: message) || queues[lane]?.offer(message) != true {
            refuse(message, RequestFailure(.busy, "too many requests are waiting: ask again later"))
        } else {
            waitingBytes.add(message.payload.count, ordering: .relaxed)
        }
        return true
    }

    /// Waits for the oldest request of a lane; nil once the intake is closed and the lane empty.
    func next(of lane: Lane) -> MQTTMessage? {
        begun.withLock { $0[lane] = nil }
        let message = queues[lane]?.pop()
        begun.withLock { $0[lane] = Arrival.monotonicSeconds() }
        if let message { waitingBytes.subtract(message.payload.count, ordering: .relaxed) }
        return message
    }

    /// Refuses further requests. The waiting ones are still handed out.
    func close() { for queue in queues.values { queue.close() } }

    /// Whether ``close()`` was called.
    var isClosed: Bool { queues[.storage]?.isClosed ?? true }

    /// Whether a lane's thread hangs, so that requests would wait in vain.
    private func isStuck(_ lane: Lane) -> Bool {
        guard let begun = begun.withLock({ $0[lane] }) else { return false }
        return Arrival.monotonicSeconds() - begun > RequestLimits.patience
    }

    private func hasRoom(for message: MQTTMessage) -> Bool {
        // A full queue of answers would lose the oldest of them.
        if responses.withLock({ $0?.isCrowded }) == true { return false }
        return waitingBytes.load(ordering: .relaxed) + message.payload.count <= RequestLimits.queuedBytes
    }

    private func refuse(_ message: MQTTMessage, _ failure: RequestFailure) {
        let isSmall = message.payload.count <= RequestLimits.glancedBytes
        let transaction = isSmall ? RequestMessage.transaction(in: message.payload) : nil
        let publisher = responses.withLock { $0 }
        publisher?.refuse(message, failure, transaction: transaction)
    }
}

/// Bounds on the requests and answers that the node keeps; published in `info`.
enum RequestLimits {
    /// Requests that wait on each lane to be executed; further ones are answered `busy`.
    static let queued = 512
    /// Seconds that one request may take before others are not taken for the same thread.
    static let patience = 30.0
    /// Bytes of all requests that wait: 32 of the largest.
    static let queuedBytes = 8 << 20
    /// Messages on their way to the broker beyond which no request is accepted: the answers to all that wait, two each,
    /// still find room.
    static let waitingAnswers = PipelineLimits.outgoingMessages / 2
    /// Messages on their way to the broker beyond which refusals are not sent.
    static let waitingRefusals = PipelineLimits.outgoingMessages * 3 / 4
    /// Answers that are kept: ten minutes of 100 a second.
    static let transactions = 1 << 16
    /// Bytes of all answers that are kept.
    static let transactionBytes = 16 << 20
    /// Bytes of a request that is refused on the network thread but still read for its transaction.
    static let glancedBytes = 4 << 10
}

import DequeModule
import Gait
import Messaging
import Storage

/// Executes requests one after the other on its own thread: decode, look up the transaction, execute, answer.
struct RequestRouter {
    /// The commands of the protocol that this node executes.
    enum Command: String, CaseIterable {
        case health, info, label, labels, forget, retrain, pause, resume
        case cancelRetraining = "retrain/cancel"
        case listModels = "model/list"
        case activateModel = "model/activate"
        case rollBackModel = "model/rollback"
    }

    let intake: RequestIntake
    let topics: Topics
    let responses: ResponsePublisher
    let status: SharedState<NodeStatus>
    let labels: LabelHandler
    let optOuts: OptOutHandler
    var transactions = TransactionCache()

    /// Works until the intake is closed and empty.
    mutating func run() {
        while let message = intake.next() { serve(message) }
    }

    private mutating func serve(_ message: MQTTMessage) {
        guard let command = topics.parseRequest(message.topic) else { return }
        if intake.isClosed {
            let transaction = RequestMessage.transaction(in: message.payload)
            responses.answer(message, with: ResponseMessage(.stopping, transaction: transaction))
            return
        }
        let request: RequestMessage
        do {
            request = try RequestMessage(command: command, payload: message.payload)
        } catch {
            responses.warn("invalid_request", "invalid request on \(message.topic): \(error)")
            responses.answer(message, with: ResponseMessage(RequestFailure(error), transaction: nil))
            return
        }
        guard let transaction = request.transaction else {
            responses.answer(message, with: response(to: request))
            return
        }
        serve(message, request, transaction: transaction)
    }

    /// Executes a new request, and answers in any case.
    private mutating func serve(_ message: MQTTMessage, _ request: RequestMessage, transaction: JSONValue) {
        let key = TransactionCache.key(of: transaction)
        let fingerprint = TransactionCache.fingerprint(command: request.command, payload: message.payload)
        let now = Arrival.monotonicSeconds()
        switch transactions.look(up: key, request: fingerprint, at: now) {
        case .answered(let answer):
            responses.answer(message, with: answer)
        case .reused:
            let failure = RequestFailure(
                .transactionReused, "another request used this transaction within the last ten minutes")
            responses.answer(message, with: ResponseMessage(failure, transaction: transaction))
        case .new:
            let answer = response(to: request)
            let size = responses.answer(message, with: answer)
            transactions.keep(answer, size: size, for: key, request: fingerprint, at: now)
        }
    }

    private func response(to request: RequestMessage) -> ResponseMessage {
        do {
            let data = try execute(request)
            return ResponseMessage(status: .ok, data: data, transaction: request.transaction)
        } catch {
            return ResponseMessage(RequestFailure(error), transaction: request.transaction)
        }
    }

    private func execute(_ request: RequestMessage) throws -> JSONValue? {
        guard let command = Command(rawValue: request.command) else {
            let known = Command.allCases.map(\.rawValue).joined(separator: ", ")
            throw RequestFailure(
                .unknownCommand, "'\(request.command)' is not a command; the commands are \(known)")
        }
        switch command {
        case .health: return try reported(status.withLock { $0.health })
        case .info: return try reported(status.withLock { $0.info })
        case .label: return try labels.label(request)
        case .labels: return try labels.labels(request)
        case .forget: return try labels.forget(request)
        case .pause: return try optOuts.pause(request)
        case .resume: return try optOuts.resume(request)
        case .retrain:
            let settings = labels.coordinator.configuration.retrain
            let job = try labels.coordinator.start(RetrainingRequest(request, settings))
            return .object(["job": .number(Double(job))])
        case .cancelRetraining:
            let job = try labels.coordinator.cancel(reason: "cancelled by request")
            return .object(["job": .number(Double(job))])
        case .listModels: return try labels.models.list()
        case .activateModel: return try labels.models.activate(request)
        case .rollBackModel: return try labels.models.rollback()
        }
    }

    private func reported(_ message: (some JSONMessage & Encodable)?) throws -> JSONValue {
        guard let message, let value = try? JSONValue(message) else {
            throw RequestFailure(.notReady, "the node has not reported yet: try again in a second")
        }
        return value
    }
}

/// A bounded number of answers of the last ten minutes, by transaction: a repeated request is answered from here
/// rather than executed again. Belongs to the router's thread.
struct TransactionCache {
    /// What the cache knows of a transaction.
    enum Known: Equatable {
        case new
        /// The request was executed; this was its answer.
        case answered(ResponseMessage)
        /// Another request had this transaction.
        case reused
    }

    private struct Entry {
        /// SHA-256 of command and payload.
        let request: String
        let answer: ResponseMessage
        let bytes: Int
        /// Monotonic seconds.
        let time: Double
    }

    private let seconds: Double
    private let maximumCount: Int
    private let maximumBytes: Int
    private var entries: [String: Entry] = [:]
    /// The keys of `entries`, oldest answer first.
    private var order: Deque<String> = []
    private var bytes = 0

    init(
        seconds: Double = RequestLimits.transactionSeconds, maximumCount: Int = RequestLimits.transactions,
        maximumBytes: Int = RequestLimits.transactionBytes
    ) {
        (self.seconds, self.maximumCount, self.maximumBytes) = (seconds, maximumCount, maximumBytes)
    }

    /// The number of cached answers.
    var count: Int { entries.count }

    /// Looks up a request's transaction.
    mutating func look(up key: String, request: String, at now: Double) -> Known {
        expire(at: now)
        guard let entry = entries[key] else { return .new }
        return entry.request == request ? .answered(entry.answer) : .reused
    }

    /// Caches an answer; the oldest make room for it.
    ///
    /// - Parameter size: bytes of the answer's payload.
    mutating func keep(_ answer: ResponseMessage, size: Int, for key: String, request: String, at now: Double)
    {
        guard entries[key] == nil else { return }
        let total = size + key.utf8.count * 2 + 256
        while !order.isEmpty, entries.count >= maximumCount || bytes + total > maximumBytes {
            removeOldest()
        }
        entries[key] = Entry(request: request, answer: answer, bytes: total, time: now)
        order.append(key)
        bytes += total
    }

    /// The key of a transaction: `1` and `"1"` differ.
    static func key(of transaction: JSONValue) -> String {
        switch transaction {
        case .string(let text): "\"" + text
        case .number(let number): "\(number)"
        default: ""
        }
    }

    /// Distinguishes one request from another.
    static func fingerprint(command: String, payload: [UInt8]) -> String {
        SHA256.hexadecimal(of: Array(command.utf8) + [0] + payload)
    }

    private mutating func expire(at now: Double) {
        while let oldest = order.first, let entry = entries[oldest], now - entry.time > seconds {
            removeOldest()
        }
    }

    private mutating func removeOldest() {
        guard let oldest = order.popFirst(), let entry = entries.removeValue(forKey: oldest) else { return }
        bytes -= entry.bytes
    }
}

import DequeModule
import Messaging
import NeuralNetwork

/// The answers of the last ten minutes by transaction, a bounded number of them: the same request again is answered
/// from here and not executed. Belongs to the desk's thread.
struct TransactionCache {
    /// What is known of a transaction.
    enum Known: Equatable {
        case new
        /// The request was executed; this was its answer.
        case answered(ResponseMessage)
        /// The transaction was another request's.
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

    /// Answers that are kept.
    var count: Int { entries.count }

    /// What is known of a request's transaction.
    mutating func look(up key: String, request: String, at now: Double) -> Known {
        expire(at: now)
        guard let entry = entries[key] else { return .new }
        return entry.request == request ? .answered(entry.answer) : .reused
    }

    /// Keeps an answer; the oldest go where there is no room.
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

    /// The key of a transaction: `1` and `"1"` are two.
    static func key(of transaction: JSONValue) -> String {
        switch transaction {
        case .string(let text): "\"" + text
        case .number(let number): "\(number)"
        default: ""
        }
    }

    /// What tells one request from another.
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

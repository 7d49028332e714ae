/// The bounds of what the node keeps of requests; published in `info`.
enum RequestLimits {
    /// Requests that wait to be executed; beyond it they are answered `busy`.
    static let queued = 512
    /// Bytes of all requests that wait: 32 of the largest.
    static let queuedBytes = 8 << 20
    /// Seconds for which the answer to a transaction is kept.
    static let transactionSeconds = 600.0
    /// Answers that are kept: ten minutes of 100 a second.
    static let transactions = 1 << 16
    /// Bytes of all answers that are kept.
    static let transactionBytes = 16 << 20
    /// Bytes of a request that is refused on the network thread and still looked into for its transaction.
    static let glancedBytes = 4 << 10
}

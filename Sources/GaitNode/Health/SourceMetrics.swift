import Messaging

/// The counters of one source, or of all those that have no place of their own.
struct SourceMetrics {
    /// Messages that were decoded and in order.
    private(set) var accepted = 0
    /// Good messages or poses that were not used, by reason.
    var dropped = ReasonCounter()
    /// Messages or bodies that were refused, by reason.
    var rejected = ReasonCounter()
    /// When the last message arrived, accepted or not; monotonic seconds.
    private(set) var lastArrival: Double?
    private var acceptedAtReport = 0

    /// Notes that a message arrived, whatever becomes of it.
    mutating func noteArrival(at arrival: Double) {
        lastArrival = arrival
    }

    mutating func countAccepted() {
        accepted += 1
    }

    /// The figures for `health`, and the start of a new interval for the rate.
    ///
    /// - Parameters:
    ///   - elapsed: Seconds since the last report.
    ///   - now: Monotonic seconds.
    mutating func report(elapsed: Double, now: Double) -> HealthMessage.Source {
        let rate = elapsed > 0 ? Double(accepted - acceptedAtReport) / elapsed : 0
        acceptedAtReport = accepted
        return HealthMessage.Source(
            framesIn: accepted, rate: rate, dropped: dropped.counts, rejected: rejected.counts,
            age: lastArrival.map { max(now - $0, 0) })
    }
}

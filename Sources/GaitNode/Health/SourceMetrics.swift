import Messaging

/// The counters of one source, or of all sources without a place of their own.
struct SourceMetrics {
    /// Messages that were decoded and in order.
    private(set) var accepted = 0
    /// Good messages or poses that were not used, by reason.
    var dropped = ReasonCounter()
    /// Messages or bodies that were rejected, by reason.
    var rejected = ReasonCounter()
    /// When the last message arrived, accepted or not; monotonic seconds.
    private(set) var lastArrival: Double?
    private var acceptedAtReport = 0

    /// Notes the arrival of a message, accepted or not.
    mutating func noteArrival(at arrival: Double) {
        lastArrival = arrival
    }

    mutating func countAccepted() {
        accepted += 1
    }

    /// The metrics for `health`; starts a new interval for the rate.
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

/// Counts by reason, from a fixed set of names.
struct ReasonCounter {
    /// Reason names and their counts since the start.
    private(set) var counts: [String: Int] = [:]

    mutating func count(_ reason: String, times: Int = 1) {
        guard times > 0 else { return }
        counts[reason, default: 0] += times
    }
}

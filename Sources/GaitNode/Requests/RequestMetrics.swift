import Messaging
import Synchronization

/// How many requests came and what became of them, since the start; for `health`.
final class RequestMetrics: Sendable {
    private struct Counts {
        var received = 0
        var answered = 0
        var errors = ReasonCounter()
        var labels = 0
    }

    private let counts = Mutex(Counts())

    func countReceived() {
        counts.withLock { $0.received += 1 }
    }

    /// Notes an answer; `error` is nil for `ok`.
    func countAnswer(error: String?) {
        counts.withLock { counts in
            counts.answered += 1
            if let error { counts.errors.count(error) }
        }
    }

    /// Notes a request that cannot be answered, as nobody can be told.
    func countUnanswerable(_ reason: String) {
        counts.withLock { $0.errors.count(reason) }
    }

    func countLabels(_ count: Int) {
        counts.withLock { $0.labels += count }
    }

    /// As `health` has them.
    var report: HealthMessage.Requests {
        counts.withLock { counts in
            HealthMessage.Requests(
                received: counts.received, answered: counts.answered, errors: counts.errors.counts,
                labels: counts.labels)
        }
    }
}

/// A retraining, as the store remembers it across restarts.
package struct TrainingJob: Sendable, Equatable {
    /// Where a job is; the names are those of the training topic.
    package enum State: String, Sendable, Codable, CaseIterable {
        case queued, running, succeeded, failed, rejected, cancelled
        case timedOut = "timed_out"

        /// Whether nothing follows.
        package var isOver: Bool { self != .queued && self != .running }
    }

    /// Never given again.
    package let id: Int64
    /// What was asked for, as it was written down.
    package let request: String
    package let state: State
    /// What it was doing last; nil before it began.
    package let stage: String?
    /// In 0...1; nil before it began.
    package let progress: Double?
    /// Seconds since the Unix epoch, like ``started`` and ``ended``.
    package let created: Double
    package let started: Double?
    package let ended: Double?
    /// The process that runs it; nil while none does.
    package let process: Int32?
    /// Why it did not succeed.
    package let reason: String?
    /// The version that it made.
    package let model: Int?
    /// Figures of its result, by name.
    package let metrics: [String: Double]
}

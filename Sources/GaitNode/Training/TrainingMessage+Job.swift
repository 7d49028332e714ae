import Messaging
import Storage

extension TrainingMessage {
    /// A job that was accepted.
    init(_ job: RetrainingCoordinator.Job) {
        self.init(stamp: Arrival.wallClockSeconds(), job: Int(job.id), state: .queued)
    }

    /// A job as the store remembers it.
    init(_ job: TrainingJob) {
        self.init(
            stamp: Arrival.wallClockSeconds(), job: Int(job.id),
            state: State(rawValue: job.state.rawValue) ?? .failed)
        stage = job.stage.flatMap(Stage.init)
        progress = job.progress
        reason = job.reason
        model = job.model.map { .number(Double($0)) }
        if !job.metrics.isEmpty { metrics = .object(job.metrics.mapValues { .number($0) }) }
    }

    /// Takes over what the registry tells of the job's end.
    mutating func take(_ outcome: TrainingOutcome) {
        (state, reason, model) = (outcome.state, outcome.reason, .number(Double(outcome.model)))
        metrics = .object(outcome.metrics.filter(\.value.isFinite).mapValues { .number($0) })
    }

    /// Those metrics that are numbers, by name.
    var numericMetrics: [String: Double] {
        guard case .object(let fields)? = metrics else { return [:] }
        return fields.compactMapValues { value in
            if case .number(let number) = value { number } else { nil }
        }
    }
}

extension TrainingJob.State {
    /// The same state; both have the names of the training topic.
    init(_ state: TrainingMessage.State) {
        self = Self(rawValue: state.rawValue) ?? .failed
    }
}

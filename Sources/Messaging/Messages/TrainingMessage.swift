package import Gait

/// `gaitd/{node}/training`: the newest retraining.
@dynamicMemberLookup
package struct TrainingMessage: JSONMessage, Encodable {
    /// When this was known, seconds since the Unix epoch.
    package var stamp: Double
    /// The job's number.
    package var job: Int
    package var progress: RetrainingProgress

    package init(stamp: Double, job: Int, progress: RetrainingProgress) {
        (self.stamp, self.job, self.progress) = (stamp, job, progress)
    }

    /// The progress's fields.
    package subscript<Value>(dynamicMember path: KeyPath<RetrainingProgress, Value>) -> Value {
        progress[keyPath: path]
    }

    private enum CodingKeys: String, CodingKey {
        case stamp, job
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        stamp = try fields.decode(Double.self, forKey: .stamp)
        job = try fields.decode(Int.self, forKey: .job)
        progress = try RetrainingProgress(from: decoder)
    }

    package func encode(to encoder: any Encoder) throws {
        var own = encoder.container(keyedBy: CodingKeys.self)
        try own.encode(stamp, forKey: .stamp)
        try own.encode(job, forKey: .job)
        var fields = encoder.container(keyedBy: RetrainingProgress.CodingKeys.self)
        try fields.encode(progress.state, forKey: .state)
        try fields.encode(progress.stage, forKey: .stage)
        try fields.encode(progress.fraction, forKey: .fraction)
        try fields.encode(progress.epoch, forKey: .epoch)
        try fields.encode(progress.epochs, forKey: .epochs)
        try fields.encode(progress.loss, forKey: .loss)
        try fields.encode(progress.eta, forKey: .eta)
        try fields.encode(progress.metrics, forKey: .metrics)
        try fields.encode(progress.reason, forKey: .reason)
        try fields.encode(progress.model, forKey: .model)
    }
}

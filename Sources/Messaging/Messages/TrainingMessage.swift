/// `gaitd/{node}/training`: how the newest retraining fares.
package struct TrainingMessage: JSONMessage, Encodable {
    package enum State: String, Codable, Sendable, CaseIterable {
        case queued, running
        /// A better model was trained; it is served unless the request said `"activate": "never"`.
        case succeeded
        case failed
        /// Trained, and not better than the serving model on the same held-out gaits.
        case rejected
        case cancelled
        case timedOut = "timed_out"

        /// Whether the job has ended.
        package var isFinal: Bool { self != .queued && self != .running }
    }

    package enum Stage: String, Codable, Sendable, CaseIterable {
        case generator, synthesis, classifier, evaluation
    }

    /// When this was known, seconds since the Unix epoch.
    package var stamp: Double
    /// The job's number.
    package var job: Int
    package var state: State
    package var stage: Stage?
    /// Of the whole job, 0...1.
    package var progress: Double?
    package var epoch: Int?
    package var epochs: Int?
    package var loss: Double?
    /// Seconds until the end, as estimated.
    package var eta: Double?
    /// What the candidate and the serving model reached.
    package var metrics: JSONValue?
    /// At the end: why it came to that.
    package var reason: String?
    /// The version that came of it.
    package var model: JSONValue?

    package init(stamp: Double, job: Int, state: State) {
        (self.stamp, self.job, self.state) = (stamp, job, state)
    }

    private enum CodingKeys: String, CodingKey {
        case stamp, job, state, stage, progress, epoch, epochs, loss, metrics, reason, model
        case eta = "eta_s"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(stamp, forKey: .stamp)
        try container.encode(job, forKey: .job)
        try container.encode(state, forKey: .state)
        try container.encode(stage, forKey: .stage)
        try container.encode(progress, forKey: .progress)
        try container.encode(epoch, forKey: .epoch)
        try container.encode(epochs, forKey: .epochs)
        try container.encode(loss, forKey: .loss)
        try container.encode(eta, forKey: .eta)
        try container.encode(metrics, forKey: .metrics)
        try container.encode(reason, forKey: .reason)
        try container.encode(model, forKey: .model)
    }
}

import Storage

/// How far a retraining is, as its parent reads it: one line of JSON for each event.
struct RetrainingEvent: Encodable, Equatable {
    /// The parts of a retraining, in their order.
    enum Stage: String, Encodable, CaseIterable {
        case generator, synthesis, classifier, evaluation
    }

    /// The store's number of the job; null where the operator trains by hand.
    let job: Int64?
    var state = TrainingJob.State.running
    var stage: Stage?
    /// In 0...1, of the whole retraining.
    var progress = 0.0
    var epoch: Int?
    var epochs: Int?
    /// The mean training loss of the epoch.
    var loss: Float?
    /// The seconds that are left, as far as they can be told.
    var eta: Double?
    /// At the end: figures of the comparison, by name.
    var metrics: [String: Double]?
    /// At the end: why it was not promoted, or why it was.
    var reason: String?
    /// At the end: the version that was made.
    var model: Int?
    /// At the end: whether that version serves now.
    var isServing: Bool?
    /// What else the operator may want to know.
    var note: String?

    enum CodingKeys: String, CodingKey {
        case job, state, stage, progress, epoch, epochs, loss, metrics, reason, model, note
        case eta = "eta_s"
        case isServing = "serving"
    }
}

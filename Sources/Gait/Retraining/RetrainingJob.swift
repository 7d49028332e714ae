/// A retraining, as the gait store remembers it across restarts.
package struct RetrainingJob: Sendable, Equatable {
    /// Never reused.
    package let id: Int64
    /// Nil if it cannot be read.
    package let request: RetrainingRequest?
    /// The last known progress; without epochs, loss and remaining time.
    package let progress: RetrainingProgress
    /// Seconds since the Unix epoch, like ``started`` and ``ended``.
    package let created: Double
    package let started: Double?
    package let ended: Double?
    /// The process that runs it; nil if none does.
    package let process: Int32?

    package var state: RetrainingState { progress.state }

    package init(
        id: Int64, request: RetrainingRequest?, progress: RetrainingProgress, created: Double,
        started: Double?, ended: Double?, process: Int32?
    ) {
        (self.id, self.request, self.progress) = (id, request, progress)
        (self.created, self.started, self.ended, self.process) = (created, started, ended, process)
    }
}

/// What a retraining is asked to do.
package struct RetrainingRequest: Codable, Sendable, Equatable {
    /// When a new version begins to serve.
    package enum Activation: String, Codable, Sendable, CaseIterable {
        /// If the promotion gate accepts it.
        case ifBetter = "if_better"
        /// When an operator activates it.
        case never
    }

    /// Who asked for it.
    package enum Origin: String, Codable, Sendable {
        case request, schedule, forget
    }

    /// How often the classifier sees every gait.
    package var epochs = 20
    /// Synthetic gaits per class; with 0 no generator is trained.
    package var augmentPerClass = 20
    /// Seconds after which the training ends with the best network so far; nil for no limit.
    package var budget: Double?
    package var activate = Activation.ifBetter
    package var origin = Origin.request

    package init() {}
}

/// How a retraining trains, and what it accepts.
package struct RetrainingSettings: Sendable, Equatable {
    package var request = RetrainingRequest()
    /// How often the generator sees every gait.
    package var generatorEpochs = 20
    package var seed: UInt64 = 1
    package var threads = 1
    /// What the new version's balanced accuracy must exceed, 0...1.
    package var minimumBalancedAccuracy = 0.5
    /// The most by which a class's recall may fall, 0...1.
    package var maximumRecallDrop = 0.1
    /// Number of newest versions to keep in the registry.
    package var keptVersions = 5

    package init() {}

    /// The options of `gaitctl retrain` for all that gaitd sets; the generator's epochs are the operator's.
    package var arguments: [String] {
        let options: [(String, String?)] = [
            ("--epochs", "\(request.epochs)"), ("--per-class", "\(request.augmentPerClass)"),
            ("--budget", request.budget.map { "\($0)" }),
            ("--activate", request.activate == .ifBetter ? "if-better" : "never"),
            ("--min-balanced-accuracy", "\(minimumBalancedAccuracy)"),
            ("--max-recall-drop", "\(maximumRecallDrop)"), ("--keep-versions", "\(keptVersions)"),
            ("--threads", "\(threads)"), ("--seed", "\(seed)"),
        ]
        return options.flatMap { name, value in value.map { [name, $0] } ?? [] }
    }
}

/// The state of a retraining.
package enum RetrainingState: String, Codable, Sendable, CaseIterable {
    case queued, running
    /// A better model was trained; it serves unless the request said otherwise.
    case succeeded
    case failed
    /// A model was trained, and it is not better than the serving one on the same held-out gaits.
    case rejected
    case cancelled
    case timedOut = "timed_out"

    /// Whether the job has ended.
    package var isOver: Bool { self != .queued && self != .running }
}

/// The parts of a retraining, in order.
package enum RetrainingStage: String, Codable, Sendable, CaseIterable {
    case generator, synthesis, classifier, evaluation
}

/// How far a retraining is: the same in the store, on the training topic and on the child's standard output.
package struct RetrainingProgress: Codable, Sendable, Equatable {
    package var state: RetrainingState
    package var stage: RetrainingStage?
    /// Of the whole job, 0...1.
    package var fraction: Double?
    package var epoch: Int?
    package var epochs: Int?
    /// The mean training loss of the epoch.
    package var loss: Double?
    /// Estimated seconds until the end.
    package var eta: Double?
    /// At the end: what the candidate and the serving model reached, by name.
    package var metrics: [String: Double]?
    /// At the end: why it ended like this.
    package var reason: String?
    /// At the end: the version that it made.
    package var model: Int?

    package init(_ state: RetrainingState = .queued, stage: RetrainingStage? = nil, fraction: Double? = nil) {
        (self.state, self.stage, self.fraction) = (state, stage, fraction)
    }

    package enum CodingKeys: String, CodingKey {
        case state, stage, epoch, epochs, loss, metrics, reason, model
        case fraction = "progress"
        case eta = "eta_s"
    }

    /// Takes over every field that a newer report has, except the state.
    package mutating func update(with newer: RetrainingProgress) {
        if let stage = newer.stage, stage != self.stage { (epoch, epochs, loss) = (nil, nil, nil) }
        stage = newer.stage ?? stage
        fraction = newer.fraction.map { min(max($0, 0), 1) } ?? fraction
        epoch = newer.epoch ?? epoch
        epochs = newer.epochs ?? epochs
        loss = newer.loss ?? loss
        eta = newer.eta ?? eta
        metrics = newer.metrics ?? metrics
        reason = newer.reason ?? reason
        model = newer.model ?? model
    }

    /// Takes over the end of the job.
    package mutating func end(_ outcome: RetrainingOutcome) {
        (state, reason, eta) = (outcome.state, outcome.reason, nil)
        model = outcome.model ?? model
        metrics = outcome.metrics ?? metrics
    }

    /// The end of the job.
    package var outcome: RetrainingOutcome {
        RetrainingOutcome(state, reason: reason, model: model, metrics: metrics)
    }
}

extension KeyedDecodingContainer {
    /// A child may leave out its state, like any other field; it is running then. The synthesized
    /// `RetrainingProgress.init(from:)` calls this.
    func decode(_: RetrainingState.Type, forKey key: Key) throws -> RetrainingState {
        try decodeIfPresent(RetrainingState.self, forKey: key) ?? .running
    }
}

/// How a retraining ended.
package struct RetrainingOutcome: Sendable, Equatable {
    /// One that is over.
    package var state: RetrainingState
    package var reason: String?
    /// The version that it made; nil if it made none.
    package var model: Int?
    /// What the candidate and the serving model reached, by name.
    package var metrics: [String: Double]?

    package init(
        _ state: RetrainingState, reason: String? = nil, model: Int? = nil, metrics: [String: Double]? = nil
    ) {
        precondition(state.isOver, "a job cannot end as \(state.rawValue)")
        (self.state, self.reason, self.model) = (state, reason, model)
        self.metrics = metrics?.filter(\.value.isFinite)
    }
}

/// One line of JSON on a retraining child's standard output.
package struct RetrainingReport: Codable, Sendable, Equatable {
    /// The store's number of the job; nil if an operator trains by hand.
    package var job: Int64?
    package var progress: RetrainingProgress
    /// At the end: whether the version that it made serves now.
    package var isServing: Bool?
    /// Anything else an operator should know.
    package var note: String?

    package init(job: Int64?, progress: RetrainingProgress) {
        (self.job, self.progress) = (job, progress)
    }

    private enum CodingKeys: String, CodingKey {
        case job, note
        case isServing = "serving"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        job = try container.decodeIfPresent(Int64.self, forKey: .job)
        isServing = try container.decodeIfPresent(Bool.self, forKey: .isServing)
        note = try container.decodeIfPresent(String.self, forKey: .note)
        progress = try RetrainingProgress(from: decoder)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(job, forKey: .job)
        try container.encodeIfPresent(isServing, forKey: .isServing)
        try container.encodeIfPresent(note, forKey: .note)
        try progress.encode(to: encoder)
    }
}

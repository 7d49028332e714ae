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
    /// How many of the newest versions stay in the registry.
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

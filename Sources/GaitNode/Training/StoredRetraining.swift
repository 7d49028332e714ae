import Foundation
package import Gait
package import GaitModels
package import Storage

/// Trains the serving model of a registry further on the gaits of a store: what `gaitctl retrain` does in gaitd's child.
package struct StoredRetraining {
    package let settings: RetrainingSettings
    package let registry: ModelRegistry
    /// The store's number of the job; nil if an operator trains by hand.
    package let job: Int64?
    /// A generator to start from; nil for the registry's newest.
    package let generator: String?
    package let packagedGenerator: PackagedGenerator
    /// The file of the lifter that reads people in pictures now; nil if there is none.
    package let lifter: String?
    /// The estimators whose errors are imitated where gaits are shown as a camera would.
    package let estimators: [EstimatorErrors]
    /// The command line, for the training records.
    package let command: String
    /// Hears of every epoch under the name of its stage.
    package let observer: TrainingObserver

    package init(
        _ settings: RetrainingSettings, registry: ModelRegistry, job: Int64?, generator: String?,
        packagedGenerator: PackagedGenerator, lifter: String?, estimators: [EstimatorErrors] = [],
        command: String, observer: TrainingObserver
    ) {
        (self.settings, self.registry, self.job, self.generator) = (settings, registry, job, generator)
        (self.packagedGenerator, self.lifter, self.estimators) = (packagedGenerator, lifter, estimators)
        (self.command, self.observer) = (command, observer)
    }

    /// What a retraining gave, as `--json` prints it.
    package struct Result: Encodable {
        package let verdict: PromotionDecision
        /// The registered version; nil if there were too few gaits to train for anything.
        package let version: Int?
        /// Whether it serves now.
        package let serving: Bool
        /// Real gaits it was trained on.
        package let trainingGaits: Int
        /// Synthetic ones, the store's and new ones.
        package let syntheticGaits: Int
        package let seconds: Double
    }

    /// Trains, registers the new version, and promotes it if it is better.
    ///
    /// - Parameters:
    ///   - store: closed once its gaits are read: a reader would keep forgotten bytes from being overwritten.
    ///   - begin: Hears of every stage, and the epochs of all its networks together.
    ///   - note: Hears of the packaged generator's gaits.
    /// - Throws: `ModelError`, `StorageError`.
    package func run(
        _ store: GaitStore, begin: @escaping @Sendable (RetrainingStage, _ epochs: Int) -> Void,
        note: (String) -> Void
    ) throws -> Result {
        let started = Date()
        let begun = try packagedGenerator.begin(
            store, perClass: settings.request.augmentPerClass, seed: settings.seed, observer: observer)
        if let begun { note(begun) }
        let stored = try store.gaits()
        let lifter = try Self.lifter(
            at: lifter, isNeeded: stored.contains { $0.seen != nil }, note: note)
        let gaits = Self.gaits(stored, lifter)
        try store.close()
        let start = try registry.serving()
        let models = RetrainingRun.Models(
            serving: try ModelFile(contentsOf: start.path), start: try ModelFile(contentsOf: start.path),
            generator: try generator.map { try ModelFile(contentsOf: $0) },
            generators: [registry.newestGenerator(), packagedGenerator.path].compactMap(\.self),
            lifted: try lifter.map { try LiftedView($0, imitating: estimators) })
        let run = RetrainingRun(
            settings, models: models, started: started, command: command, observer: observer, begin: begin)
        let candidate = try run(gaits) { registry.nextVersion(above: $0) }
        let isServing = try register(candidate, parent: start.version, store: store.path)
        return Result(
            verdict: candidate.verdict, version: candidate.model?.description.version, serving: isServing,
            trainingGaits: candidate.trainingGaits, syntheticGaits: candidate.syntheticGaits,
            seconds: Date().timeIntervalSince(started))
    }

    /// The lifter, if there is one.
    ///
    /// - Parameter isNeeded: whether pictures showed any of the gaits. Otherwise a file that cannot be used is no error.
    static func lifter(at path: String?, isNeeded: Bool, note: (String) -> Void) throws -> Lifter? {
        guard let path else { return nil }
        do { return try Lifter(contentsOf: URL(filePath: path)) } catch {
            guard !isNeeded else { throw error }
            note("no gait is shown as a camera would: \(explanation(of: error))")
            return nil
        }
    }

    /// The gaits of a store. Those that pictures showed are lifted anew, by the lifter that the node has now: another one
    /// may have lifted them when they were labeled.
    static func gaits(_ stored: [StoredGait], _ lifter: Lifter?) -> [RetrainingGait] {
        stored.map { stored in
            let lifted = stored.seen.flatMap { lifter?.lift([$0]).first }
            return RetrainingGait(
                id: stored.id, gait: lifted?.gait ?? stored.gait, label: stored.label,
                subject: stored.subject, isHeldOut: stored.split == .heldOut,
                isSynthetic: stored.isSynthetic, isLifted: stored.seen != nil)
        }
    }

    /// - Returns: whether the new version serves now.
    /// - Throws: `StorageError.forgottenGaits` if some of its gaits were forgotten since they were read.
    private func register(
        _ candidate: RetrainingRun.Candidate, parent: Int, store: String
    ) throws -> Bool {
        guard let model = candidate.model, let record = model.description.training else { return false }
        let verdict = candidate.verdict
        var metadata = ModelMetadata(
            version: model.description.version, parent: parent, dataHash: record.dataHash,
            gaits: candidate.gaits, metrics: verdict.figures,
            decision: .init(
                isAccepted: verdict.isAccepted, reason: verdict.reason, figures: verdict.figures),
            command: record.command, seed: settings.seed, created: Date().timeIntervalSince1970, job: job)
        metadata.metrics["synthetic_gaits"] = Double(candidate.syntheticGaits)
        let (weights, generator) = (try model.encoded(), try candidate.generator?.encoded())
        // Under the registry's lock: what is forgotten before is refused here, what is forgotten afterwards is marked.
        try registry.add(metadata, weights: weights, generator: generator) { () throws(StorageError) in
            let journal = try GaitStore(path: store, creating: false)
            let forgotten = try journal.forgotten(among: candidate.gaits)
            try journal.close()
            guard forgotten.isEmpty else { throw .forgottenGaits(count: forgotten.count) }
        }
        let isServing = try promote(metadata)
        try registry.prune(keeping: settings.keptVersions)
        return isServing
    }

    private func promote(_ metadata: ModelMetadata) throws -> Bool {
        guard metadata.decision.isAccepted, settings.request.activate == .ifBetter else { return false }
        do {
            _ = try registry.promote(metadata.version)
            return true
        } catch StorageError.pinned {
            return false
        }
    }
}

/// The generator shipped with gaitd. The default model's own training gaits cannot be shipped, so a robot's store starts
/// with gaits from this generator, marked synthetic; they keep a retraining from forgetting what the default model knew.
package struct PackagedGenerator {
    /// The model file, which need not exist.
    package let path: String

    /// The robot's name in these gaits, by which they can be listed and forgotten.
    package static let robot = "packaged-generator"
    /// How many candidates it makes at most for each wanted gait; the others fail ``GaitQuality``.
    private static let tries = 10

    package init(path: String) { self.path = path }

    /// Adds gaits of every class to a store without synthetic ones: all of them, or none.
    ///
    /// - Parameter perClass: how many that pass the quality filter; 0 adds nothing.
    /// - Returns: what it did or why not, for people; nil if there was nothing to do.
    /// - Throws: `ModelError` if the file is no generator, `StorageError` if the gaits cannot be stored.
    package func begin(
        _ store: GaitStore, perClass: Int, seed: UInt64, observer: TrainingObserver = TrainingObserver()
    ) throws -> String? {
        guard perClass > 0, try !store.counts().contains(where: \.isSynthetic) else { return nil }
        guard FileManager.default.fileExists(atPath: path) else {
            return "no generator at \(path): the store starts without synthetic gaits"
        }
        let now = Date().timeIntervalSince1970
        let classes = try GaitGenerator(contentsOf: path).walks(
            perClass: perClass, tries: Self.tries, seed: seed, observer: observer)
        let gaits = classes.flatMap { made in
            made.gaits.enumerated().map { index, gait in
                let person = "\(made.label)-\(index)"
                return NewGait(
                    robot: Self.robot, person: person, subject: "\(Self.robot)/\(person)",
                    label: made.label, start: now - Double(gait.frames - 1) / Double(Gait.frameRate),
                    end: now, gait: gait, isSynthetic: true)
            }
        }
        try store.add(gaits)
        return "the store starts with \(gaits.count) synthetic gaits from \(path)"
    }
}

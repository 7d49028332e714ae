import ArgumentParser
import Foundation
import Gait
import GaitModels
import GaitNode
import NeuralNetwork
import Storage

/// `gaitctl retrain`: a new version of the serving model from a store's gaits, if it is better.
struct RetrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retrain",
        abstract:
            "Train the serving model further on a robot's labeled gaits, and let the result serve if it is better.",
        discussion: """
            gaitd runs this at night or on request. It trains a generator on the store's real gaits and makes synthetic \
            ones, then trains the classifier on both, starting from the serving model. It compares the result with the \
            serving model on gaits of people that neither was trained on. The result serves only if its balanced accuracy \
            is better by more than chance explains (the one-sided 95 % bound of a paired bootstrap), is itself above \
            --min-balanced-accuracy by the same bound, and no class's recall falls by more than --max-recall-drop. \
            Otherwise it is registered and rejected, which is no failure (exit code 0).

            A store without synthetic gaits first gets --per-class of every class from --packaged-generator, if that file \
            exists; they stay in the store and every retraining uses them. 'gaitctl store list' shows them as robot \
            \(PackagedGenerator.robot).

            Ctrl-C and SIGTERM end it at once and leave the registry as it was.

            Examples:
              gaitctl retrain --store gaits.sqlite --registry models --packaged step-default.safetensors
              gaitctl retrain --store gaits.sqlite --registry models --packaged step-default.safetensors \\
                --per-class 0 --budget 120 --activate never --json
            """)

    private static let standard = RetrainingSettings()

    @OptionGroup var store: StoreOptions
    @OptionGroup var registry: RegistryOptions

    @Option(help: ArgumentHelp("The store's number of this job.", valueName: "id"))
    var job: Int64?

    @Option(help: "How often the classifier sees every gait.")
    var epochs = Self.standard.request.epochs

    @Option(help: "How often the generator sees every gait.")
    var generatorEpochs = Self.standard.generatorEpochs

    @Option(help: "Synthetic gaits of every class; with 0 no generator is trained.")
    var perClass = Self.standard.request.augmentPerClass

    @Option(help: "The random seed.")
    var seed = Self.standard.seed

    @Option(help: "How many of the classifier's networks to train at the same time.")
    var threads = Self.standard.threads

    @Option(
        help: ArgumentHelp("End after about this time, with the best network so far.", valueName: "seconds"))
    var budget: Double?

    @Option(help: "When the new version serves: if-better, never.")
    var activate = Self.standard.request.activate

    @Option(help: "What the new version's balanced accuracy must exceed, 0 to 1.")
    var minBalancedAccuracy = Self.standard.minimumBalancedAccuracy

    @Option(help: "The most by which a class's recall may fall, 0 to 1.")
    var maxRecallDrop = Self.standard.maximumRecallDrop

    @Option(help: "Number of newest versions to keep in the registry.")
    var keepVersions = Self.standard.keptVersions

    @Option(
        help: ArgumentHelp("A generator to start from. Default: the registry's newest.", valueName: "file"))
    var generator: String?

    @Option(
        help: ArgumentHelp(
            "The generator shipped with gaitd, for the first synthetic gaits and the first generator (model.generator of its configuration).",
            valueName: "file"))
    var packagedGenerator = InstalledModels.generator

    @Flag(help: "Print one line of JSON for every event.")
    var jsonProgress = false

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...10_000).contains(epochs), (1...10_000).contains(generatorEpochs) else {
            throw ValidationError("--epochs and --generator-epochs are 1 to 10000.")
        }
        guard (0...10_000).contains(perClass), (1...64).contains(threads) else {
            throw ValidationError("--per-class is 0 to 10000, --threads 1 to 64.")
        }
        guard (1...1e6).contains(budget ?? 1) else { throw ValidationError("--budget is 1 to 1000000 s.") }
        guard (0...1).contains(minBalancedAccuracy), (0...1).contains(maxRecallDrop) else {
            throw ValidationError("--min-balanced-accuracy and --max-recall-drop are 0 to 1.")
        }
        guard (1...10_000).contains(keepVersions) else {
            throw ValidationError("--keep-versions is 1 to 10000.")
        }
        guard !(jsonProgress && output.json) else {
            throw ValidationError("Give either --json or --json-progress.")
        }
    }

    func run() throws {
        let reporter = RetrainingReporter(
            job: job, hasGenerator: perClass > 0, write: jsonProgress ? RetrainingReporter.writeLine : nil)
        Self.endWhenTold(reporter)
        BLAS.useThreads(1)
        do {
            let result = try retrain(reporter)
            reporter.end(
                RetrainingOutcome(
                    result.verdict.isAccepted ? .succeeded : .rejected, reason: result.verdict.reason,
                    model: result.version, metrics: result.verdict.figures),
                // Even if nothing was trained, because there is too little to compare by.
                stage: .evaluation, isServing: result.isServing)
            if !jsonProgress { try output.emit(result) { result.text } }
        } catch {
            let failure = CommandFailure(error) ?? .failure("\(error)")
            let state = failure == .interrupted ? RetrainingState.cancelled : .failed
            reporter.end(RetrainingOutcome(state, reason: failure.oneLine))
            throw failure
        }
    }

    /// Trains on the store's gaits, registers the new version, and promotes it if it is better.
    private func retrain(_ reporter: RetrainingReporter) throws -> Result {
        let (started, settings) = (Date(), settings)
        let registry = try registry.registry()
        let gaits = try gaits(reporter)
        let start = try registry.trainingStart()
        let models = RetrainingRun.Models(
            serving: try ModelFile(contentsOf: registry.serving().path),
            start: try ModelFile(contentsOf: start.path),
            generator: try generator.map { try ModelFile(contentsOf: $0) },
            generators: [registry.newestGenerator(), packagedGenerator].compactMap(\.self))
        let run = RetrainingRun(
            settings, models: models, started: started, command: Gaitctl.commandLine,
            observer: TrainingObserver(
                isCancelled: { Interruption.isRequested }, epoch: { reporter.count($1) }),
            begin: { reporter.begin($0, epochs: $1) })
        let candidate = try run(gaits) { registry.nextVersion(above: $0) }
        var result = Result(candidate)
        if let model = candidate.model, let record = model.description.training {
            let verdict = candidate.verdict
            var metadata = ModelMetadata(
                version: model.description.version, parent: start.version, dataHash: record.dataHash,
                gaits: candidate.gaits, metrics: verdict.figures,
                decision: .init(
                    isAccepted: verdict.isAccepted, reason: verdict.reason, figures: verdict.figures),
                command: record.command, seed: settings.seed, created: Date().timeIntervalSince1970, job: job)
            metadata.metrics["synthetic_gaits"] = Double(candidate.syntheticGaits)
            try registry.add(
                metadata, weights: model.encoded(), generator: candidate.generator?.encoded())
            result.isServing = try promote(metadata, in: registry)
            try registry.prune(keeping: settings.keptVersions)
        }
        result.seconds = Date().timeIntervalSince(started)
        return result
    }

    /// - Returns: whether the version serves now.
    private func promote(_ metadata: ModelMetadata, in registry: ModelRegistry) throws -> Bool {
        guard metadata.decision.isAccepted, activate == .ifBetter else { return false }
        do {
            _ = try registry.promote(metadata.version)
            return true
        } catch StorageError.pinned {
            return false
        }
    }

    /// What a retraining gave, as `--json` prints it.
    private struct Result: Encodable {
        let verdict: PromotionDecision
        /// The registered version; null if there were too few gaits to train for anything.
        let version: Int?
        var isServing = false
        /// Real gaits it was trained on.
        let trainingGaits: Int
        /// Synthetic ones, the store's and new ones.
        let syntheticGaits: Int
        var seconds = 0.0

        init(_ candidate: RetrainingRun.Candidate) {
            (verdict, version) = (candidate.verdict, candidate.model?.description.version)
            (trainingGaits, syntheticGaits) = (candidate.trainingGaits, candidate.syntheticGaits)
        }

        enum CodingKeys: String, CodingKey {
            case verdict, version, seconds
            case isServing = "serving"
            case trainingGaits = "training_gaits"
            case syntheticGaits = "synthetic_gaits"
        }

        var text: String {
            let what = version.map { "version \($0)" } ?? "no version"
            let role = isServing ? "serves now" : (verdict.isAccepted ? "is the candidate" : "rejected")
            return
                "\(what), \(role): \(verdict.reason); \(trainingGaits) gaits and \(syntheticGaits) synthetic ones, \(Int(seconds)) s"
        }
    }

    private var settings: RetrainingSettings {
        var settings = RetrainingSettings()
        (settings.request.epochs, settings.request.augmentPerClass) = (epochs, perClass)
        (settings.request.budget, settings.request.activate) = (budget, activate)
        (settings.generatorEpochs, settings.seed, settings.threads) = (generatorEpochs, seed, threads)
        settings.minimumBalancedAccuracy = minBalancedAccuracy
        (settings.maximumRecallDrop, settings.keptVersions) = (maxRecallDrop, keepVersions)
        return settings
    }

    /// All gaits of the store, which is closed again: a reader would keep forgotten bytes from being overwritten.
    private func gaits(_ reporter: RetrainingReporter) throws -> [RetrainingGait] {
        let store = try store.open()
        if let job {
            // A gaitd that was restarted in the meantime has given the job up, or finds this process by its number.
            let row = try store.updateJob(job, process: getpid())
            guard !row.state.isOver else {
                throw CommandFailure.failure("job \(job) is over: \(row.state.rawValue)")
            }
        }
        let generator = PackagedGenerator(path: packagedGenerator)
        if let note = try generator.begin(store, perClass: perClass, seed: seed) { reporter.note(note) }
        let gaits = try store.gaits().map { stored in
            RetrainingGait(
                id: stored.id, gait: stored.gait, label: stored.label, subject: stored.subject,
                isHeldOut: stored.split == .heldOut, isSynthetic: stored.isSynthetic)
        }
        try store.close()
        return gaits
    }

    /// Ends the process as soon as SIGTERM or Ctrl-C arrives or its parent ends, since an epoch may take longer than an
    /// operator wants to wait. Nothing is lost: files of the registry are replaced whole, and so are rows of the store.
    private static func endWhenTold(_ reporter: RetrainingReporter) {
        _ = Interruption.isRequested
        let parent = getppid()
        let descriptor = ProcessDescriptor(of: parent)
        Thread.detachNewThread {
            // If the parent has ended before it was opened, that was the end.
            if getppid() == parent { Interruption.wait(alongside: descriptor?.descriptor) }
            reporter.end(RetrainingOutcome(.cancelled, reason: "interrupted"))
            FileHandle.standardError.write(Data("gaitctl: interrupted\n".utf8))
            _exit(EXIT_FAILURE)
        }
    }
}

extension RetrainingRequest.Activation: ExpressibleByArgument {
    package init?(argument: String) {
        guard let found = Self.allCases.first(where: { $0.defaultValueDescription == argument }) else {
            return nil
        }
        self = found
    }

    package var defaultValueDescription: String { rawValue.replacingOccurrences(of: "_", with: "-") }

    package static var allValueStrings: [String] { allCases.map(\.defaultValueDescription) }
}

/// The generator shipped with gaitd. The default model's own training gaits cannot be shipped, so a robot's store starts
/// with gaits from this generator, marked synthetic; they keep a retraining from forgetting what the default model knew.
struct PackagedGenerator {
    /// The model file, which need not exist.
    let path: String

    /// The robot's name in these gaits, by which they can be listed and forgotten.
    static let robot = "packaged-generator"
    /// How many candidates it makes at most for each wanted gait; the others fail ``GaitQuality``.
    private static let tries = 10

    /// Adds gaits of every class to a store without synthetic ones: all of them, or none.
    ///
    /// - Parameter perClass: how many that pass the quality filter; 0 adds nothing.
    /// - Returns: what it did or why not, for people; nil if there was nothing to do.
    /// - Throws: `ModelError` if the file is no generator, `StorageError` if the gaits cannot be stored.
    func begin(_ store: GaitStore, perClass: Int, seed: UInt64) throws -> String? {
        guard perClass > 0, try !store.counts().contains(where: \.isSynthetic) else { return nil }
        guard FileManager.default.fileExists(atPath: path) else {
            return "no generator at \(path): the store starts without synthetic gaits"
        }
        let now = Date().timeIntervalSince1970
        let classes = try GaitGenerator(contentsOf: path).walks(
            perClass: perClass, tries: Self.tries, seed: seed,
            observer: TrainingObserver(isCancelled: { Interruption.isRequested }))
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

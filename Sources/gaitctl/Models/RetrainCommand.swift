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

            Gaits that pictures showed are lifted anew by --lifter, so that the model learns what it will read. Three in ten \
            of the others are shown to it as a camera and the lifter would, with the errors of --estimators.

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

    @OptionGroup var lifting: LiftingOptions
    @OptionGroup var estimators: EstimatorOptions

    @Flag(help: "Print one line of JSON for every event.")
    var jsonProgress = false

    @OptionGroup var output: OutputOptions

    func validate() throws {
        try checkRange("--epochs", epochs, 1...10_000)
        try checkRange("--generator-epochs", generatorEpochs, 1...10_000)
        try checkRange("--per-class", perClass, 0...10_000)
        try checkRange("--threads", threads, 1...64)
        try checkRange("--budget", budget, 1...1e6, "s")
        try checkRange("--min-balanced-accuracy", minBalancedAccuracy, 0...1)
        try checkRange("--max-recall-drop", maxRecallDrop, 0...1)
        try checkRange("--keep-versions", keepVersions, 1...10_000)
        try require(!(jsonProgress && output.json), "Give either --json or --json-progress.")
    }

    func run() throws {
        let reporter = RetrainingReporter(
            job: job, hasGenerator: perClass > 0, write: jsonProgress ? RetrainingReporter.writeLine : nil)
        Self.endWhenTold(reporter)
        BLAS.useThreads(1)
        do {
            let result = try retrain(reporter)
            let verdict = result.verdict
            reporter.end(
                RetrainingOutcome(
                    verdict.isAccepted ? .succeeded : .rejected, reason: verdict.reason,
                    model: result.version, metrics: verdict.figures),
                // Even if nothing was trained, because there is too little to compare by.
                stage: .evaluation, isServing: result.serving)
            if !jsonProgress { try output.emit(result) { result.text } }
        } catch {
            let failure = CommandFailure(error) ?? .failure(explanation(of: error))
            let state = failure == .interrupted ? RetrainingState.cancelled : .failed
            reporter.end(RetrainingOutcome(state, reason: failure.oneLine))
            throw failure
        }
    }

    private func retrain(_ reporter: RetrainingReporter) throws -> StoredRetraining.Result {
        let (registry, store) = (try registry.registry(), try store.open())
        if let job {
            // A gaitd that was restarted in the meantime has given the job up, or finds this process by its number.
            let row = try store.updateJob(job, process: getpid())
            guard !row.state.isOver else {
                throw CommandFailure.failure("job \(job) is over: \(row.state.rawValue)")
            }
        }
        let retraining = StoredRetraining(
            settings, registry: registry, job: job, generator: generator,
            packagedGenerator: PackagedGenerator(path: packagedGenerator), lifter: lifting.path,
            estimators: try estimators.tables(),
            command: Gaitctl.commandLine,
            observer: TrainingObserver(
                isCancelled: { Interruption.isRequested }, epoch: { reporter.count($1) }))
        return try retraining.run(store, begin: { reporter.begin($0, epochs: $1) }, note: reporter.note)
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

extension StoredRetraining.Result {
    fileprivate var text: String {
        let what = version.map { "version \($0)" } ?? "no version"
        let role = serving ? "serves now" : (verdict.isAccepted ? "is the candidate" : "rejected")
        return
            "\(what), \(role): \(verdict.reason); \(trainingGaits) gaits and \(syntheticGaits) synthetic ones, \(Int(seconds)) s"
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

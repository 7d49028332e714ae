import ArgumentParser
import Foundation
import GaitModels
import NeuralNetwork
import Storage

/// `gaitctl retrain`: a new version of the serving model from a store's gaits, if it is better.
struct RetrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retrain",
        abstract:
            "Train the serving model further on a robot's labelled gaits, and let the result serve if it is better.",
        discussion: """
            What gaitd starts at night or when it is told to. A generator is trained on the store's real gaits and makes \
            synthetic ones; the classifier begins from the serving model and is trained on both. The result is compared \
            with the serving model on gaits of people that neither was trained on. It serves only if its balanced \
            accuracy is better by more than chance explains (the one-sided 95 % bound of a paired bootstrap), is itself \
            above --min-balanced-accuracy by the same bound, and no class's recall falls by more than \
            --max-recall-drop. Otherwise it is registered, and rejected: that is no failure (exit code 0).

            A store without synthetic gaits is first given --per-class of every class by --packaged-generator, where that \
            file is there; they stay in the store and are trained on each time. 'gaitctl store list' shows them as robot \
            \(PackagedGenerator.robot).

            Ctrl-C and SIGTERM end it at once; the registry is as it was then.

            Examples:
              gaitctl retrain --store gaits.sqlite --registry models --packaged step-default.safetensors
              gaitctl retrain --store gaits.sqlite --registry models --packaged step-default.safetensors \\
                --per-class 0 --budget 120 --activate never --json
            """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var registry: RegistryOptions

    @Option(help: ArgumentHelp("The store's number of the job that this is.", valueName: "id"))
    var job: Int64?

    @Option(help: "How often the classifier sees every gait.")
    var epochs = RetrainingSettings().epochs

    @Option(help: "How often the generator sees every gait.")
    var generatorEpochs = RetrainingSettings().generatorEpochs

    @Option(help: "Synthetic gaits of every class; with 0 no generator is trained.")
    var perClass = RetrainingSettings().perClass

    @Option(help: "The seed of everything random.")
    var seed: UInt64 = 1

    @Option(help: "How many of the classifier's networks are trained side by side.")
    var threads = RetrainingSettings().threads

    @Option(
        help: ArgumentHelp("End after about this time, with the best network so far.", valueName: "seconds"))
    var budget: Double?

    @Option(help: "When the new version serves: if-better, never.")
    var activate = RetrainingSettings.Activation.ifBetter

    @Option(help: "What the new version's balanced accuracy must exceed, 0 to 1.")
    var minBalancedAccuracy = RetrainingSettings().gate.minimumBalancedAccuracy

    @Option(help: "The most by which a class's recall may fall, 0 to 1.")
    var maxRecallDrop = RetrainingSettings().gate.maximumRecallDrop

    @Option(help: "How many of the newest versions stay in the registry.")
    var keepVersions = RetrainingSettings().keptVersions

    @Option(
        help: ArgumentHelp("A generator to begin from. Default: the registry's last one.", valueName: "file"))
    var generator: String?

    @Option(
        help: ArgumentHelp(
            "The generator that came with gaitd, for the first synthetic gaits and the first generator (model.generator of its configuration).",
            valueName: "file"))
    var packagedGenerator = InstalledModels.generator

    @Flag(help: "Print one JSON object a line for every event.")
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
        let progress = RetrainingProgress(
            job: job, hasGenerator: perClass > 0, write: jsonProgress ? RetrainingProgress.writeLine : nil)
        Self.endWhenTold(progress)
        BLAS.useThreads(1)
        do {
            let ending = try retrain(progress)
            if !jsonProgress { try output.emit(ending) { ending.text } }
        } catch {
            let failure = CommandFailure(error) ?? .failure("\(error)")
            // Whoever told it to end knows better why.
            if !Interruption.isRequested { try? finish(as: .failed, reason: failure.oneLine) }
            progress.end(.failed) { $0.reason = failure.oneLine }
            throw failure
        }
    }

    private func retrain(_ progress: RetrainingProgress) throws -> Retraining.Ending {
        let deadline = budget.map { Date(timeIntervalSinceNow: $0) } ?? .distantFuture
        let gaits = try gaits(progress)
        let ending = try Retraining(
            registry: registry.registry(), settings: settings, progress: progress, deadline: deadline,
            job: job
        ).run(gaits)
        let state: TrainingJob.State = ending.verdict.isAccepted ? .succeeded : .rejected
        try finish(
            as: state, reason: ending.verdict.reason, model: ending.version, metrics: ending.verdict.figures)
        progress.end(state) { event in
            (event.metrics, event.reason) = (ending.verdict.figures, ending.verdict.reason)
            (event.model, event.isServing) = (ending.version, ending.isServing)
            // Also where nothing was trained, since there is too little to compare by.
            event.stage = .evaluation
        }
        return ending
    }

    var settings: RetrainingSettings {
        var settings = RetrainingSettings()
        (settings.epochs, settings.generatorEpochs, settings.perClass) = (epochs, generatorEpochs, perClass)
        (settings.seed, settings.threads, settings.keptVersions) = (seed, threads, keepVersions)
        (settings.activation, settings.generator) = (activate, generator)
        settings.packagedGenerator = packagedGenerator
        settings.gate.minimumBalancedAccuracy = minBalancedAccuracy
        settings.gate.maximumRecallDrop = maxRecallDrop
        settings.gate.seed = seed
        return settings
    }

    /// All gaits of the store, which is closed again: a reader would keep forgotten bytes from being overwritten.
    private func gaits(_ progress: RetrainingProgress) throws -> [StoredGait] {
        let store = try store.open()
        if let job { try store.updateJob(job, process: getpid()) }
        let generator = PackagedGenerator(path: packagedGenerator)
        if let note = try generator.begin(store, perClass: perClass, seed: seed) { progress.note(note) }
        let gaits = try store.gaits()
        try store.close()
        return gaits
    }

    /// Writes down how the job ended, so that it is known also where nobody reads the lines any more.
    private func finish(
        as state: TrainingJob.State, reason: String?, model: Int? = nil, metrics: [String: Double] = [:]
    ) throws {
        guard let job else { return }
        let store = try store.open()
        try store.finishJob(job, as: state, reason: reason, model: model, metrics: metrics)
        try store.close()
    }

    /// Ends the process within a tenth of a second of SIGTERM or Ctrl-C, or of its parent's end, since an epoch may take longer than anybody
    /// wants to wait. Nothing is lost by it: the registry's files are replaced whole, and the store's transactions
    /// are.
    private static func endWhenTold(_ progress: RetrainingProgress) {
        _ = Interruption.isRequested
        let parent = getppid()
        Thread.detachNewThread {
            while !Interruption.hasArrived, getppid() == parent { usleep(50_000) }
            progress.end(.cancelled) { $0.reason = "interrupted" }
            FileHandle.standardError.write(Data("gaitctl: interrupted\n".utf8))
            _exit(EXIT_FAILURE)
        }
    }
}

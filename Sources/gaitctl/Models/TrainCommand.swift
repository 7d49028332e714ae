import ArgumentParser
import Datasets
import Foundation
import GaitModels
import NeuralNetwork

/// `gaitctl train`: fits a model to a data set, or measures a recipe by folds.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a model on labeled gaits, or measure a recipe by folds.",
        discussion: """
            Without --folds one model is trained and written to --out. About --validation of every class's \
            recordings are held out to choose the best epoch and to fit the temperature; with 0 everything is \
            trained on.
            With --folds N the recordings are dealt into N folds, each class's spread over them. A model trained on the \
            other folds classifies each fold, after a fixed number of epochs, so that the tested gaits choose nothing. \
            balanced_accuracy is pooled over all windows. Nothing is written then.

            A recipe is the network and how it is trained. --print-recipe prints it as JSON: change the file and give it \
            as --recipe FILE.json, or change single values with --set, such as --set options.epochs=80.
            Built-in recipes: styles (gaits from the source that was trained on), emotions (people and sources that were \
            not; the default if every label is an emotion), \
            \(Recipe.Name.allCases.dropFirst(2).map(\.rawValue).joined(separator: ", ")).

            Examples:
              gaitctl train --dataset emotion4 --out emotion.safetensors --seed 1
              gaitctl train --dataset style15 --folds 4 --group source_file --seed 1 --json
              gaitctl train --dataset style15 --folds 4 --method svm
              gaitctl train --recipe emotions --print-recipe > mine.json
              gaitctl train --dataset emotion4 --folds 4 --recipe mine.json --set network.kernel=15
              gaitctl train --dataset emotion4 --folds 4 --augment per-class=50
              gaitctl train --dataset emotion4 --method step-gen --out generator.safetensors
              gaitctl train --dataset walks --dataset cmu105 --recipe lifter --out lifter.safetensors
            """)

    @Option(
        help: ArgumentHelp(
            "The data set's folder (features.h5, labels.h5, manifest.csv). A lifter may be given several.",
            valueName: "folder"))
    var dataset: [String] = []

    @Option(help: ArgumentHelp("The model file to write.", valueName: "file"))
    var out: String?

    @Option(help: "Evaluate the recipe with this many folds, 2 to 20, instead of training one model.")
    var folds: Int?

    @Option(
        help: ArgumentHelp(
            "The manifest's column whose values must not be split between folds.", valueName: "column"))
    var group = "source_file"

    @OptionGroup(title: "Recipe") var recipe: RecipeOptions

    @Option(
        help: ArgumentHelp(
            """
            A data set whose walks are learned from without their labels: a first network reads them, and what it reads \
            teaches the network that is written; may be given more than once. Recordings that are validated or tested on, \
            and those that the lifter's evaluation needs, are left out.
            """, valueName: "folder"))
    var unlabeled: [String] = []

    @Option(
        help: """
            The share of each class's recordings held out for validation, 0 to 0.5. Default: 0.2; 0.1 for a generator or a \
            lifter; 0 for svm, which has nothing to choose.
            """)
    var validation: Double?

    @Option(
        help: """
            With --out: measure by this many folds first, and calibrate the model by their outcomes; best with \
            --validation 0 if a class has few recordings.
            """)
    var calibrationFolds: Int?

    @Option(
        help: ArgumentHelp(
            """
            Train on this many synthetic gaits of every class beside the real ones (STEP+Aug). The generator sees only \
            the gaits that are trained on. With --folds, the same folds are measured without them, too.
            """, valueName: "per-class=N"))
    var augment: SyntheticCount?

    @Option(help: "With --folds and --augment: number of seeds to evaluate, starting with --seed.")
    var repeats = 1

    @Option(help: ArgumentHelp("A generator with the same network to start from.", valueName: "file"))
    var start: String?

    @Option(help: "The random seed.")
    var seed: UInt64 = 1

    @Option(help: "Number of parallel trainings.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @OptionGroup(title: "What cameras see") var estimators: EstimatorOptions
    @OptionGroup(title: "What cameras see") var lifting: LiftingOptions

    @Option(
        help: ArgumentHelp(
            "The classifier whose layers judge what a lifter draws; \"\" for none. Default: the installed one.",
            valueName: "file"))
    var teacher: String?

    @Option(help: "The version written into the model.")
    var version = 1

    @Flag(help: "Print the recipe as JSON, and train nothing.")
    var printRecipe = false

    @OptionGroup var output: OutputOptions

    func validate() throws {
        let recipe = try self.recipe.preview
        try self.recipe.check(recipe, synthesizes: augment != nil)
        guard !printRecipe else { return }
        try require(
            !dataset.isEmpty && !dataset.contains(""),
            "Give --dataset FOLDER, or --print-recipe to see a recipe.")
        let isLifter = recipe.method == .lifter
        try require(isLifter || dataset.count == 1, "Only a lifter is trained on several data sets.")
        try require(isLifter || teacher == nil, "--teacher goes with --recipe lifter.")
        try require(unlabeled.isEmpty || recipe.method == .step, "--unlabeled goes with --method step.")
        let showsLifted = recipe.method == .step && recipe.options.lifted > 0
        try require(
            isLifter || showsLifted || estimators.estimators == nil,
            "--estimators goes with --recipe lifter, or with a classifier whose recipe has options.lifted.")
        try require(
            showsLifted || !unlabeled.isEmpty || lifting.lifter == nil,
            "--lifter goes with --unlabeled, or with a classifier whose recipe has options.lifted.")
        try require(
            !unlabeled.isEmpty || !self.recipe.settings.contains { $0.hasPrefix("options.unlabeled=") },
            "options.unlabeled goes with --unlabeled.")
        try require(
            folds != nil || out != nil, "Give --out FILE to train a model, or --folds N to measure a recipe.")
        try require(out != "" && !group.isEmpty, "--out and --group are not empty.")
        try checkRange("--folds", folds, 2...20)
        try checkRange("--calibration-folds", calibrationFolds, 2...20)
        try checkRange("--validation", validation, 0...0.5)
        try checkRange("--repeats", repeats, 1...100)
        try checkRange("--threads", threads, 1...64)
        try require(
            calibrationFolds == nil || folds == nil,
            "--calibration-folds goes with --out, not with --folds.")
        try require(
            repeats == 1 || (folds != nil && augment != nil), "--repeats goes with --folds and --augment.")
        try require(augment == nil || recipe.method == .step, "--augment goes with --method step.")
        let isGenerator = recipe.method == .stepGen
        try require(
            isGenerator || start == nil, "--start goes with a generator's --method, such as step-gen.")
        try require(
            !isGenerator || (folds == nil && calibrationFolds == nil),
            "A generator is not measured by folds; see 'gaitctl evaluate generator'.")
        try require(
            !isLifter || (folds == nil && calibrationFolds == nil),
            "A lifter is not measured by folds; see 'gaitctl evaluate lifter'.")
    }

    func run() throws {
        guard !printRecipe else {
            let labels = try dataset.first.map { try DatasetReader.dataset(in: $0).labelNames }
            let options = self.recipe
            return print(try (labels.map { try options.recipe(labels: $0) } ?? options.preview).json())
        }
        try Interruption.check()
        BLAS.useThreads(1)
        if let out { try Self.checkWritable(out) }
        if let folds, augment == nil { return try output.emit(try measure(folds: folds)) }
        if try self.recipe.preview.method == .lifter { return try trainLifter() }
        let data = try TrainingData(folder, group: group)
        let recipe = try self.recipe.recipe(labels: data.labels)
        if let folds {
            let training = AugmentedTraining(
                training: try training(recipe, on: data), folds: folds, repeats: repeats)
            let report = try TrainingProgressLine.following(training.epochs) {
                try training.run(data.gaits, observer: $0)
            }
            try output.emit(report)
        } else if recipe.method == .stepGen {
            var options = recipe.generator.options
            options.seed = seed
            let training = GeneratorTraining(
                configuration: recipe.generator.network, options: options, share: validation ?? 0.1,
                start: try start.map { try ModelFile(contentsOf: $0).model })
            try write(epochs: training.epochs) {
                try training.run(data.gaits, source: $0, for: $1, observer: $2)
            }
        } else {
            let share = validation ?? (recipe.method == .svm ? 0 : 0.2)
            let training = SingleTraining(
                training: try training(recipe, on: data, isWhole: share == 0 && calibrationFolds == nil),
                share: share, calibrationFolds: calibrationFolds)
            try write(epochs: training.epochs) {
                try training.run(data.gaits, source: $0, for: $1, observer: $2)
            }
        }
    }

    /// The data set of everything but a lifter.
    private var folder: String { dataset.first ?? "" }

    private func teacherFile() throws -> ModelFile? {
        let defaults = ["config/models/step-default.safetensors", InstalledModels.classifier]
        let path = teacher ?? defaults.first(where: FileManager.default.fileExists) ?? ""
        return path.isEmpty ? nil : try ModelFile(contentsOf: path)
    }

    private func trainLifter() throws {
        let recipe = try self.recipe.preview.lifter
        var options = recipe.options
        options.seed = seed
        let gaits = try TrainingData.recordings(in: dataset, group: group)
        let training = LifterTraining(
            configuration: recipe.network, options: options, estimators: try estimators.tables(),
            teacher: try teacherFile(), share: validation ?? 0.1, threads: threads)
        let walkers = TrainingData.unlabeledWalkers(
            options.walkers, label: dataset.count, seed: seed)
        try write(epochs: training.epochs) {
            try training.run(gaits, further: walkers, source: $0, for: $1, observer: $2)
        }
    }

    /// The metrics of the recipe.
    func measure(folds: Int) throws -> FoldedReport {
        let data = try TrainingData(folder, group: group)
        let training = try training(recipe.recipe(labels: data.labels), on: data)
        let result = try TrainingProgressLine.following(folds * training.epochsPerModel) {
            try FoldedTraining(training: training, folds: folds).run(data.gaits, observer: $0)
        }
        return FoldedReport(result, training: training)
    }

    /// - Parameter isWhole: whether no gait is held out.
    private func training(
        _ recipe: Recipe, on data: TrainingData, isWhole: Bool = false
    ) throws -> ClassifierTraining {
        let lifter = try lifter(recipe)
        var training = try TrainingData.training(
            recipe, labels: data.labels, pretrain: self.recipe.pretrain, seed: seed, threads: threads,
            syntheticPerClass: augment?.perClass)
        if recipe.options.lifted > 0 {
            training.lifted = try lifter.map { try LiftedView($0, imitating: estimators.tables()) }
        }
        let heldOut = lifter?.description.lifter?.heldOut
        training.unlabeled = try TrainingData.recordings(in: unlabeled).filter {
            heldOut?.contains($0.recording) != true
        }
        guard unlabeled.isEmpty || !training.unlabeled.isEmpty else {
            throw CommandFailure.failure("the lifter's evaluation needs all recordings of --unlabeled")
        }
        if !isWhole {
            try GroupSplit.check(
                data.gaits, further: training.further, labels: data.labels, of: folder)
        }
        return training
    }

    /// What draws a share of a classifier's gaits as a robot's camera shows them, and which recordings are to test it; nil
    /// if nothing is drawn and nothing need be left out.
    private func lifter(_ recipe: Recipe) throws -> Lifter? {
        let isDrawing = recipe.method == .step && recipe.options.lifted > 0
        guard isDrawing || !unlabeled.isEmpty else { return nil }
        guard let path = lifting.path else {
            guard isDrawing else { return nil }
            throw CommandFailure.configuration(
                "no lifter is installed; --lifter names its file, and --set options.lifted=0 goes without")
        }
        return try Lifter(contentsOf: URL(filePath: path))
    }

    /// Trains a model, writes it to `out` and prints the report.
    private func write<Report: Encodable>(
        epochs: Int,
        _ train: (TrainingRecord.Source, String, TrainingObserver) throws -> (TrainedModel, Report)
    ) throws {
        let source = TrainingRecord.Source(
            command: Gaitctl.commandLine,
            dataset: dataset.map { URL(fileURLWithPath: $0).lastPathComponent }.joined(separator: ", "),
            version: version)
        let out = out ?? ""
        let (model, report) = try TrainingProgressLine.following(epochs) { try train(source, out, $0) }
        do { try model.write(to: out) } catch { throw CommandFailure.failure(error.description) }
        try output.emit(report)
    }

    private func write(_ model: TrainedModel, to out: String) throws(CommandFailure) {
        do { try model.write(to: out) } catch { throw .failure(error.description) }
    }

    /// Says before the training that its model could not be written.
    private static func checkWritable(_ out: String) throws(CommandFailure) {
        let file = URL(fileURLWithPath: out)
        guard FileManager.default.isWritableFile(atPath: file.deletingLastPathComponent().path) else {
            throw .failure("\(out) cannot be written: its folder does not exist or is not writable")
        }
        // The new file replaces the old one, which must not be a device, a folder or a link.
        let found = try? FileManager.default.attributesOfItem(atPath: file.path)
        if let type = found?[.type] as? FileAttributeType, type != .typeRegular {
            throw .failure("\(out) cannot be written: the name belongs to something that is not a file")
        }
    }
}

/// How many synthetic gaits of every class are trained on, given as `--augment per-class=N`.
struct SyntheticCount: ExpressibleByArgument, Equatable {
    let perClass: Int

    init?(argument: String) {
        let prefix = "per-class="
        guard argument.hasPrefix(prefix), let count = Int(argument.dropFirst(prefix.count)),
            (1...10_000).contains(count)
        else { return nil }
        perClass = count
    }
}

extension Gaitctl {
    /// The command as it was given, each path cut to its last part.
    static var commandLine: String {
        CommandLine.arguments.map { URL(fileURLWithPath: $0).lastPathComponent }.joined(separator: " ")
    }
}

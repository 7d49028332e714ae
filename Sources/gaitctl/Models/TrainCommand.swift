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
            """)

    @Option(
        help: ArgumentHelp(
            "The data set's folder (features.h5, labels.h5, manifest.csv).", valueName: "folder"))
    var dataset: String?

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
        help: """
            The share of each class's recordings held out for validation, 0 to 0.5. Default: 0.2; 0.1 for a generator; 0 \
            for svm, which has nothing to choose.
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

    @Option(help: "The version written into the model.")
    var version = 1

    @Flag(help: "Print the recipe as JSON, and train nothing.")
    var printRecipe = false

    @OptionGroup var output: OutputOptions

    func validate() throws {
        let recipe = try self.recipe.choice.preview
        try self.recipe.choice.check(recipe, synthesizes: augment != nil)
        let isGenerator = recipe.method == .stepGen
        guard !printRecipe else { return }
        guard let dataset, !dataset.isEmpty else {
            throw ValidationError("Give --dataset FOLDER, or --print-recipe to see a recipe.")
        }
        if let folds {
            guard (2...20).contains(folds) else { throw ValidationError("--folds is 2 to 20, not \(folds).") }
        } else if out == nil {
            throw ValidationError("Give --out FILE to train a model, or --folds N to measure a recipe.")
        }
        if let calibrationFolds {
            guard (2...20).contains(calibrationFolds), folds == nil else {
                throw ValidationError("--calibration-folds is 2 to 20 and goes with --out, not with --folds.")
            }
        }
        guard out != "", !group.isEmpty else { throw ValidationError("--out and --group are not empty.") }
        guard (0...0.5).contains(validation ?? 0) else {
            throw ValidationError("--validation is 0 to 0.5, not \(validation ?? 0).")
        }
        guard (1...100).contains(repeats), repeats == 1 || (folds != nil && augment != nil) else {
            throw ValidationError("--repeats is 1 to 100 and goes with --folds and --augment.")
        }
        guard isGenerator || start == nil else {
            throw ValidationError("--start goes with a generator's --method, such as step-gen.")
        }
        guard !isGenerator || self.recipe.pretrain.isEmpty else {
            throw ValidationError("--pretrain is for classifiers.")
        }
        guard augment == nil || recipe.method == .step else {
            throw ValidationError("--augment goes with --method step.")
        }
        guard !isGenerator || (folds == nil && calibrationFolds == nil) else {
            throw ValidationError("A generator is not measured by folds; see 'gaitctl evaluate generator'.")
        }
        guard (1...64).contains(threads) else {
            throw ValidationError("--threads is 1 to 64, not \(threads).")
        }
    }

    func run() throws {
        guard !printRecipe else {
            let labels = try dataset.map { try DatasetReader.dataset(in: $0).labelNames }
            let choice = recipe.choice
            return print(try (labels.map { try choice.recipe(labels: $0) } ?? choice.preview).json())
        }
        guard let dataset else { return }
        try Interruption.check()
        BLAS.useThreads(1)
        let data = try DatasetReader.dataset(in: dataset)
        let gaits = try TrainingGaits.read(data, group: group, folder: dataset)
        let recipe = try self.recipe.choice.recipe(labels: data.labelNames)
        let source = TrainingRecord.Source(
            command: Gaitctl.commandLine, dataset: URL(fileURLWithPath: dataset).lastPathComponent,
            version: version)
        if let out { try Self.checkWritable(out) }
        if recipe.method == .stepGen, let out {
            var options = recipe.generator.options
            options.seed = seed
            let training = GeneratorTraining(
                configuration: recipe.generator.network, options: options, share: validation ?? 0.1,
                start: try start.map { try ModelFile(contentsOf: $0).model })
            let (model, report) = try TrainingProgressLine.following(training.epochs) {
                try training.run(gaits, source: source, for: out, observer: $0)
            }
            try write(model, to: out)
            return try output.emit(report)
        }
        let training = try TrainingGaits.training(
            recipe, on: data, pretrain: self.recipe.pretrain, seed: seed, threads: threads,
            syntheticPerClass: augment?.perClass)
        let share = validation ?? (recipe.method == .svm ? 0 : 0.2)
        if folds != nil || calibrationFolds != nil || share > 0 {
            try TrainingGaits.checkGroups(of: gaits, labels: data.labelNames, folder: dataset)
        }
        if let folds, augment != nil {
            let training = AugmentedTraining(training: training, folds: folds, repeats: repeats)
            let report = try TrainingProgressLine.following(training.epochs) {
                try training.run(gaits, observer: $0)
            }
            try output.emit(report)
        } else if let folds {
            let report = try Self.measure(training, folds: folds, gaits)
            try output.emit(report)
        } else if let out {
            let training = SingleTraining(
                training: training, share: share, calibrationFolds: calibrationFolds)
            let (model, report) = try TrainingProgressLine.following(training.epochs) {
                try training.run(gaits, source: source, for: out, observer: $0)
            }
            try write(model, to: out)
            try output.emit(report)
        }
    }

    /// The metrics of a recipe.
    static func measure(
        _ training: ClassifierTraining, folds: Int, _ gaits: [TrainingGait]
    ) throws -> FoldedReport {
        let result = try TrainingProgressLine.following(folds * training.epochsPerModel) {
            try FoldedTraining(training: training, folds: folds).run(gaits, observer: $0)
        }
        return FoldedReport(result, training: training)
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

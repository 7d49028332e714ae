import ArgumentParser
import Datasets
import Foundation
import Gait
import GaitModels
import NeuralNetwork

/// `gaitctl train`: fits a model to a data set, or measures a recipe by folds.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a model on labelled gaits, or measure a recipe by folds.",
        discussion: """
            Without --folds one model is trained and written to --out. About --validation of every class's \
            recordings are held out to choose the best epoch and to fit the temperature; with 0 everything is \
            trained on.
            With --folds N the recordings are dealt into N folds, each class's spread over them; each fold is \
            classified by a model trained on the others, for a fixed number of epochs, so that nothing is chosen by \
            what is tested. balanced_accuracy is pooled over all windows. --out then writes nothing.

            Examples:
              gaitctl train --dataset emotion4 --out emotion.safetensors --seed 1
              gaitctl train --dataset style15 --folds 4 --group source_file --seed 1 --json
              gaitctl train --dataset style15 --folds 4 --method svm
              gaitctl train --dataset emotion4 --folds 4 --augment per-class=50
              gaitctl train --dataset emotion4 --method step-gen --out generator.safetensors
            """)

    @Option(
        help: ArgumentHelp(
            "The data set's folder (features.h5, labels.h5, manifest.csv).", valueName: "folder"))
    var dataset: String

    @Option(help: ArgumentHelp("The model file to write.", valueName: "file"))
    var out: String?

    @Option(help: "Measure by this many folds, 2 to 20, instead of training one model.")
    var folds: Int?

    @Option(help: ArgumentHelp("The manifest's column whose values stay together.", valueName: "column"))
    var group = "source_file"

    @Option(
        help: """
            step: a STEP network; svm: a linear SVM on the affective features; step-gen: a generator of synthetic \
            gaits, or step-gen-paper and baseline-cvae, its published designs.
            """)
    var method = Method.step

    @Option(
        help: """
            The share of each class's recordings held out for validation, 0 to 0.5. Default: 0.2; 0 for svm, \
            which has nothing to choose.
            """)
    var validation: Double?

    @Option(
        help: """
            With --out: measure by this many folds first, and calibrate the model by what they gave; best with \
            --validation 0, where a class has few recordings.
            """)
    var calibrationFolds: Int?

    @Option(help: "The seed of everything random.")
    var seed: UInt64 = 1

    @Option(help: "How many trainings run side by side.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @Option(help: "The version written into the model.")
    var version = 1

    @Option(
        help: ArgumentHelp(
            """
            A data set whose labels every network learns first; may be given more than once. Recordings that are \
            validated or tested on are left out.
            """, valueName: "folder"))
    var pretrain: [String] = []

    @Option(help: "How often every gait of --pretrain is seen.")
    var pretrainEpochs = 20

    @Option(
        help: """
            Simulated walkers per emotion that are trained on too; nothing is judged by them. Default: the recipe's.
            """)
    var walkers: Int?

    @Option(help: "With --folds and --augment: how many seeds are measured, from --seed on.")
    var repeats = 1

    @OptionGroup(title: "Network") var network: NetworkOptions
    @OptionGroup(title: "Training") var recipe: RecipeOptions
    @OptionGroup(title: "Generator") var generator: GeneratorOptions
    @OptionGroup var output: OutputOptions

    enum Method: String, CaseIterable, ExpressibleByArgument {
        case step
        case svm
        case stepGen = "step-gen"
        case stepGenPaper = "step-gen-paper"
        case baselineCVAE = "baseline-cvae"

        /// The generator's design; nil for a classifier.
        var design: STEPGenDesign? { STEPGenDesign(rawValue: rawValue) }

        var training: TrainingMethod { TrainingMethod(rawValue: rawValue) ?? .stepGen }
    }

    func validate() throws {
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
        guard !dataset.isEmpty, out != "", !group.isEmpty else {
            throw ValidationError("--dataset, --out and --group are not empty.")
        }
        guard (0...0.5).contains(validation ?? 0) else {
            throw ValidationError("--validation is 0 to 0.5, not \(validation ?? 0).")
        }
        guard (1...10_000).contains(pretrainEpochs), (0...10_000).contains(walkers ?? 0) else {
            throw ValidationError("--pretrain-epochs is 1 to 10000, --walkers 0 to 10000.")
        }
        guard (1...100).contains(repeats), repeats == 1 || (folds != nil && generator.augment != nil) else {
            throw ValidationError("--repeats is 1 to 100 and goes with --folds and --augment.")
        }
        guard method.design != nil || generator.start == nil else {
            throw ValidationError("--start goes with a generator's --method, such as step-gen.")
        }
        guard method.design != nil || generator.augment != nil || !generator.isGiven else {
            throw ValidationError("The generator's options go with its --method or with --augment.")
        }
        guard method.design == nil || (pretrain.isEmpty && walkers == nil) else {
            throw ValidationError("--pretrain and --walkers are for classifiers.")
        }
        if method.design != nil, let option = network.classifierOption ?? recipe.classifierOption {
            throw ValidationError("\(option) is for classifiers, not for --method \(method.rawValue).")
        }
        guard generator.augment == nil || method == .step else {
            throw ValidationError("--augment goes with --method step.")
        }
        guard method.design == nil || (folds == nil && calibrationFolds == nil) else {
            throw ValidationError("A generator is not measured by folds; see 'gaitctl evaluate generator'.")
        }
        guard (1...64).contains(threads) else {
            throw ValidationError("--threads is 1 to 64, not \(threads).")
        }
    }

    func run() throws {
        try Interruption.check()
        BLAS.useThreads(1)
        let data = try DatasetReader.dataset(in: dataset)
        let gaits = try TrainingGaits.read(data, group: group, folder: dataset)
        let source = TrainingRecord.Source(
            command: Gaitctl.commandLine, dataset: URL(fileURLWithPath: dataset).lastPathComponent,
            version: version)
        if let design = method.design, let out {
            try Self.checkWritable(out)
            let training = try generatorTraining(design, labels: data.labelNames)
            let line = TrainingProgressLine(total: training.epochs)
            defer { line.finish() }
            let (model, report) = try training.run(gaits, source: source, for: out, observer: line.observer)
            try write(model, to: out)
            return try output.emit(report) { report.text }
        }
        let training = try training(on: data)
        let share = validation ?? (method == .svm ? 0 : 0.2)
        if folds != nil || calibrationFolds != nil || share > 0 {
            try TrainingGaits.checkGroups(of: gaits, labels: data.labelNames, folder: dataset)
        }
        if let folds, training.synthetic != nil {
            let training = AugmentedTraining(training: training, folds: folds, repeats: repeats)
            let line = TrainingProgressLine(total: training.epochs)
            defer { line.finish() }
            let report = try training.run(gaits, observer: line.observer)
            try output.emit(report) { report.text }
        } else if let folds {
            let report = try Self.measure(training, folds: folds, gaits)
            try output.emit(report) { report.text }
        } else if let out {
            try Self.checkWritable(out)
            let training = SingleTraining(
                training: training, share: share, calibrationFolds: calibrationFolds)
            let line = TrainingProgressLine(total: training.epochs)
            defer { line.finish() }
            let (model, report) = try training.run(gaits, source: source, for: out, observer: line.observer)
            try write(model, to: out)
            try output.emit(report) { report.text }
        }
    }

    private func write(_ model: TrainedModel, to out: String) throws(CommandFailure) {
        do { try model.write(to: out) } catch { throw .failure(error.description) }
    }

    /// Says before the training that its model could not be written.
    private static func checkWritable(_ out: String) throws(CommandFailure) {
        let file = URL(fileURLWithPath: out)
        guard FileManager.default.isWritableFile(atPath: file.deletingLastPathComponent().path) else {
            throw .failure("\(out) cannot be written: its folder is not there, or is not ours to write to")
        }
        // The new file replaces the old one, which must not be a device, a folder or a link.
        let found = try? FileManager.default.attributesOfItem(atPath: file.path)
        if let type = found?[.type] as? FileAttributeType, type != .typeRegular {
            throw .failure("\(out) cannot be written: something that is not a file has this name")
        }
    }

    /// How a generator is to be trained.
    func generatorTraining(_ design: STEPGenDesign, labels: [String]) throws -> GeneratorTraining {
        var configuration = design.configuration(labels: labels)
        var options = recipe.options(for: design, seed: seed)
        generator.apply(to: &configuration, &options)
        if let kernel = network.kernel { configuration.kernel = kernel }
        if let hops = network.hops { configuration.hopDistance = hops }
        try configuration.validate()
        return GeneratorTraining(
            configuration: configuration, options: options, share: validation ?? 0.1,
            start: try generator.start.map { try ModelFile(contentsOf: $0).model })
    }

    /// What the options say is to be trained on a data set.
    ///
    /// - Throws: `CommandFailure` where the set has one label only, `DatasetError` where a set to pretrain on cannot
    ///   be read.
    func training(on data: GaitDataset) throws -> ClassifierTraining {
        guard data.labelNames.count > 1 else {
            throw CommandFailure.failure(
                "\(dataset) has one label only (\(data.labelNames.joined())); at least two are needed")
        }
        let recipe = recipe.recipe(for: data.labelNames)
        var configuration = try network.configuration(labels: data.labelNames, recipe: recipe)
        // The baseline is the plain one unless it is asked for otherwise.
        if method == .svm { configuration.skeleton = network.skeleton ?? .given }
        var training = ClassifierTraining(
            labels: data.labelNames, method: method.training, configuration: configuration,
            options: self.recipe.options(seed: seed, method: method, labels: data.labelNames),
            threads: threads)
        if !pretrain.isEmpty {
            training.pretraining = try TrainingGaits.pretraining(pretrain, epochs: pretrainEpochs)
        }
        training.synthetic = try syntheticGaits(labels: data.labelNames)
        training.further = TrainingGaits.walkers(
            perEmotion: walkers ?? recipe.walkersPerEmotion, labels: data.labelNames, seed: seed)
        return training
    }

    private func syntheticGaits(labels: [String]) throws -> SyntheticAugmentation? {
        guard let count = generator.augment else { return nil }
        var configuration = STEPGenDesign.stepGen.configuration(labels: labels)
        var options = STEPGenDesign.stepGen.options
        options.seed = seed
        if let epochs = generator.generatorEpochs { options.epochs = epochs }
        generator.apply(to: &configuration, &options)
        try configuration.validate()
        return SyntheticAugmentation(perClass: count.perClass, configuration: configuration, options: options)
    }

    /// The figures of a recipe.
    static func measure(
        _ training: ClassifierTraining, folds: Int, _ gaits: [TrainingGait]
    ) throws -> FoldedReport {
        let line = TrainingProgressLine(total: folds * training.epochsPerModel)
        defer { line.finish() }
        let result = try FoldedTraining(training: training, folds: folds).run(gaits, observer: line.observer)
        return FoldedReport(result, training: training)
    }
}

extension Gaitctl {
    /// The command as it was given, each path cut to its last part.
    static var commandLine: String {
        CommandLine.arguments.map { URL(fileURLWithPath: $0).lastPathComponent }.joined(separator: " ")
    }
}

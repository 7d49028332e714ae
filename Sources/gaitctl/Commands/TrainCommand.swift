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
              gaitctl train --dataset ../shared/data/emotion4 --out emotion.safetensors --seed 1
              gaitctl train --dataset ../shared/data/style15 --folds 4 --group source_file --seed 1 --json
              gaitctl train --dataset ../shared/data/style15 --folds 4 --method svm
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

    @Option(help: "step: a STEP network; svm: a linear SVM on the affective features.")
    var method = Method.step

    @Option(
        help: """
            The share of each class's recordings held out for validation, 0 to 0.5. Default: 0.2; 0 for svm, \
            which has nothing to choose.
            """)
    var validation: Double?

    @Option(help: "The seed of everything random.")
    var seed: UInt64 = 1

    @Option(help: "How many trainings run side by side.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @Option(help: "The version written into the model.")
    var version = 1

    @OptionGroup(title: "Network") var network: NetworkOptions
    @OptionGroup(title: "Training") var recipe: RecipeOptions
    @OptionGroup var output: OutputOptions

    enum Method: String, CaseIterable, ExpressibleByArgument {
        case step
        case svm
    }

    func validate() throws {
        if let folds {
            guard (2...20).contains(folds) else { throw ValidationError("--folds is 2 to 20, not \(folds).") }
        } else if out == nil {
            throw ValidationError("Give --out FILE to train a model, or --folds N to measure a recipe.")
        }
        guard !dataset.isEmpty, out != "", !group.isEmpty else {
            throw ValidationError("--dataset, --out and --group are not empty.")
        }
        guard (0...0.5).contains(validation ?? 0) else {
            throw ValidationError("--validation is 0 to 0.5, not \(validation ?? 0).")
        }
        guard (1...64).contains(threads) else {
            throw ValidationError("--threads is 1 to 64, not \(threads).")
        }
    }

    func run() throws {
        BLAS.useThreads(1)
        let data = try GaitDataset(contentsOf: dataset)
        guard data.labelNames.count > 1 else {
            throw CommandFailure.failure(
                "\(dataset) has one label only (\(data.labelNames.joined())); at least two are needed")
        }
        let gaits = try TrainingGaits.read(data, group: group, folder: dataset)
        let training = Training(
            labels: data.labelNames, method: method,
            configuration: try network.configuration(labels: data.labelNames),
            options: recipe.options(seed: seed, method: method), threads: threads)
        if let folds {
            let report = try FoldedTraining(training: training, folds: folds).run(gaits)
            try output.emit(report) { report.text }
        } else if let out {
            let report = try SingleTraining(
                training: training, share: validation ?? (method == .svm ? 0 : 0.2), version: version,
                dataset: URL(fileURLWithPath: dataset).lastPathComponent
            ).run(gaits, writingTo: out)
            try output.emit(report) { report.text }
        }
    }
}

import ArgumentParser
import Datasets
import Foundation
import Gait
import GaitModels
import NeuralNetwork

/// `gaitctl evaluate generator`: whether synthetic gaits carry their label, and are neither copies nor noise.
struct EvaluateGeneratorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generator",
        abstract: "Evaluate generators of synthetic gaits against the real gaits of a data set.",
        discussion: """
            The evaluators are Baseline-STEP networks, trained on the real gaits only, one for each fold of recordings. \
            Their accuracy on the recordings that they did not see is printed beside their results for synthetic gaits. \
            Without --weights and --synthetic, the designs are trained on the data set and compared in one table.

            Examples:
              gaitctl evaluate generator --dataset emotion4 --weights generator.safetensors --json
              gaitctl evaluate generator --dataset emotion4 --per-class 200
              gaitctl evaluate generator --dataset emotion4 --synthetic folder
            """)

    @Option(help: ArgumentHelp("The real gaits.", valueName: "folder"))
    var dataset: String

    @Option(help: ArgumentHelp("A trained generator; may be given more than once.", valueName: "file"))
    var weights: [String] = []

    @Option(
        help: ArgumentHelp("A data set of synthetic gaits; may be given more than once.", valueName: "folder")
    )
    var synthetic: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: "The designs to train if no generator is given: step-gen, step-gen-paper, baseline-cvae.")
    var designs: [STEPGenDesign] = STEPGenDesign.allCases

    @Option(help: "How often they see every gait. Default: the design's.")
    var epochs: Int?

    @Option(help: "Number of gaits to make per class.")
    var perClass = 200

    @Option(
        help: "Spread around the middle of a class, as a share of the deviation of its gaits.")
    var spread = GaitGenerator.defaultSpread

    @Option(help: "The folds of recordings, and so the number of evaluators, 2 to 20.")
    var folds = 4

    @Option(
        help: ArgumentHelp(
            "The manifest's column whose values must not be split between folds.", valueName: "column"))
    var group = "source_file"

    @Option(help: "The seed of everything random.")
    var seed: UInt64 = 1

    @Option(help: "How many trainings run side by side.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @OptionGroup var output: OutputOptions

    func validate() throws {
        try require(
            epochs == nil || weights.isEmpty && synthetic.isEmpty,
            "--epochs applies only to designs trained without --weights and --synthetic.")
        try checkRange("--folds", folds, 2...20)
        try checkRange("--per-class", perClass, 1...5000)
        try checkRange("--threads", threads, 1...64)
        try checkRange("--epochs", epochs, 1...100_000)
        try checkRange("--spread", spread, 0...3)
        try require(!designs.isEmpty, "--designs needs a design.")
    }

    func run() throws {
        try Interruption.check()
        BLAS.useThreads(1)
        let data = try TrainingData(dataset, group: group)
        let progress = ProgressReporter(interval: 1)
        defer { progress.finish() }
        let sources = try sources(data)
        let evaluators = try TrainingProgressLine.following(
            GeneratorEvaluators.epochs(labels: data.labels, folds: folds)
        ) {
            try GeneratorEvaluators(
                data.gaits, labels: data.labels, folds: folds, seed: seed, threads: threads, observer: $0)
        }
        let report = try GeneratorReport(
            sources, against: data.gaits, of: dataset, labels: data.labels, evaluators: evaluators,
            threads: threads
        ) {
            try Interruption.check()
            progress.report("evaluating \($0)")
        }
        progress.finish()
        try output.emit(report)
    }

    /// The gaits to evaluate: made by the given generators, read, or made by the designs trained here.
    private func sources(_ data: TrainingData) throws -> [GeneratorReport.Source] {
        var sources = try weights.map { path -> GeneratorReport.Source in
            let generator = try GaitGenerator(contentsOf: path)
            let classes = try classes(of: generator.labels, in: data, path)
            return (path, { try made(by: generator, classes, data.gaits) })
        }
        sources += try synthetic.map { folder -> GeneratorReport.Source in
            let read = try DatasetReader.dataset(in: folder)
            let classes = try classes(of: read.labelNames, in: data, folder)
            return (folder, { SyntheticSet(gaits: read.gaits.map { ($0.gait, classes[$0.label]) }) })
        }
        guard sources.isEmpty else { return sources }
        return designs.map { design in
            (
                design.rawValue,
                { try made(by: trained(design, on: data), Array(data.labels.indices), data.gaits) }
            )
        }
    }

    private func trained(_ design: STEPGenDesign, on data: TrainingData) throws -> GaitGenerator {
        var options = design.options
        options.seed = seed
        options.epochs = epochs ?? options.epochs
        let model = try TrainingProgressLine.following(options.epochs) { observer in
            try ModelTrainer.stepGen(
                design.configuration(labels: data.labels), data.gaits, options: options
            ) { observer.report(design.rawValue, $0) }.model
        }
        try Interruption.check()
        return try GaitGenerator(model)
    }

    private func made(
        by generator: GaitGenerator, _ classes: [Int], _ real: [TrainingGait]
    ) throws -> SyntheticSet {
        try SyntheticSet(
            madeBy: generator, classes: classes, perClass: perClass, spread: spread, seed: seed, real: real)
    }

    private func classes(of names: [String], in data: TrainingData, _ path: String) throws -> [Int] {
        try names.map { name in
            guard let place = data.labels.firstIndex(of: name) else {
                throw CommandFailure.failure(
                    "\(path) has the label '\(name)', \(dataset) only \(data.labels.joined(separator: ", "))")
            }
            return place
        }
    }
}

extension STEPGenDesign: ExpressibleByArgument {}

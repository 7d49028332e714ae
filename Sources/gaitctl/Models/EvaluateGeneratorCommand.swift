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
        guard epochs == nil || !isGiven else {
            throw ValidationError(
                "--epochs applies only to designs trained without --weights and --synthetic.")
        }
        guard (2...20).contains(folds), (1...5000).contains(perClass), (1...64).contains(threads),
            (1...100_000).contains(epochs ?? 1), (0...3).contains(spread), !designs.isEmpty
        else {
            throw ValidationError(
                "--folds is 2 to 20, --per-class 1 to 5000, --threads 1 to 64, --epochs at least 1, --spread 0 to 3."
            )
        }
    }

    /// Whether the command evaluates something other than the designs.
    private var isGiven: Bool { !weights.isEmpty || !synthetic.isEmpty }

    func run() throws {
        try Interruption.check()
        BLAS.useThreads(1)
        let data = try DatasetReader.dataset(in: dataset)
        let gaits = try TrainingGaits.read(data, group: group, folder: dataset)
        let progress = ProgressReporter(interval: 1)
        defer { progress.finish() }
        let sources = try sources(labels: data.labelNames)
        let evaluators = try TrainingProgressLine.following(
            GeneratorEvaluators.epochs(labels: data.labelNames, folds: folds)
        ) {
            try GeneratorEvaluators(
                gaits, labels: data.labelNames, folds: folds, seed: seed, threads: threads, observer: $0)
        }
        let windows = gaits.flatMap { gait in
            gait.gait.windows().map { (gait: $0, label: gait.label, recording: gait.group) }
        }
        let real = try GeneratorMetrics.nearestReal(windows, threads: threads)
        var rows: [GeneratorReport.Row] = []
        for source in sources {
            try Interruption.check()
            progress.report("evaluating \(source.name)")
            let made = try source.make(gaits)
            let metrics = try GeneratorMetrics(
                made.gaits, against: windows.map(\.gait), evaluators: evaluators.classifiers,
                classes: data.labelNames.count,
                threads: threads)
            rows.append(.init(source.name, made, metrics, real: real, labels: data.labelNames))
        }
        let report = GeneratorReport(
            dataset: dataset, evaluators: evaluators.figures, nearestReal: real, generators: rows)
        try output.emit(report)
    }

    /// The gaits to evaluate, and their origin.
    private struct Source {
        let name: String
        let make: ([TrainingGait]) throws -> SyntheticSet
    }

    private func sources(labels: [String]) throws -> [Source] {
        var sources = try weights.map { path -> Source in
            let generator = try GaitGenerator(contentsOf: path)
            let index = try labelIndex(of: generator.labels, in: labels, path)
            return Source(name: path) { try made(by: generator, index, $0) }
        }
        sources += try synthetic.map { folder -> Source in
            let data = try DatasetReader.dataset(in: folder)
            let index = try labelIndex(of: data.labelNames, in: labels, folder)
            let set = SyntheticSet(gaits: data.gaits.map { ($0.gait, index[$0.label]) })
            return Source(name: folder) { _ in set }
        }
        guard sources.isEmpty else { return sources }
        return designs.map { design in
            Source(name: design.rawValue) { gaits in
                var options = design.options
                options.seed = seed
                if let epochs { options.epochs = epochs }
                let model = try TrainingProgressLine.following(options.epochs) { observer in
                    try ModelTrainer.stepGen(
                        design.configuration(labels: labels), gaits, options: options
                    ) { observer.report(design.rawValue, $0) }.model
                }
                try Interruption.check()
                return try made(by: GaitGenerator(model), Array(labels.indices), gaits)
            }
        }
    }

    private func made(
        by generator: GaitGenerator, _ classes: [Int], _ real: [TrainingGait]
    ) throws -> SyntheticSet {
        try SyntheticSet(
            madeBy: generator, classes: classes, perClass: perClass, spread: spread, seed: seed, real: real)
    }

    private func labelIndex(
        of names: [String], in labels: [String], _ path: String
    ) throws(CommandFailure) -> [Int] {
        var index: [Int] = []
        for name in names {
            guard let place = labels.firstIndex(of: name) else {
                throw .failure(
                    "\(path) has the label '\(name)', \(dataset) only \(labels.joined(separator: ", "))")
            }
            index.append(place)
        }
        return index
    }
}

extension STEPGenDesign: ExpressibleByArgument {}

import ArgumentParser
import Foundation
import GaitModels
import NeuralNetwork

/// `gaitctl experiments`: repeats the measurements behind the recipes and the default model.
struct ExperimentsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "experiments",
        abstract: "Repeat the measurements behind the recipes, and write their page.",
        discussion: """
            Every experiment is a call of `gaitctl train --folds`; --list shows them. A result is appended to --results as \
            soon as it is there, so that a run that ends early, or is ended by Ctrl-C, goes on where it was; the page is \
            written anew after each. All of it takes a few hours on two cores.

            Examples:
              gaitctl experiments --data sets --list
              gaitctl experiments --data sets --results results.jsonl --page Experiments.md
              gaitctl experiments --data sets --results results.jsonl --page Experiments.md --only walkers
            """)

    @Option(help: ArgumentHelp("The folder that holds the data sets' folders.", valueName: "folder"))
    var data: String

    @Option(help: ArgumentHelp("The results file, JSON lines; new results are appended.", valueName: "file"))
    var results = "experiments.jsonl"

    @Option(help: ArgumentHelp("The page to write, Markdown.", valueName: "file"))
    var page = "Experiments.md"

    @Option(
        help: ArgumentHelp("Run only experiments whose name or question contains this.", valueName: "text"))
    var only: String?

    @Option(help: "Number of parallel trainings.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @Flag(help: "Print the experiments and which are still to run, without running them.")
    var list = false

    func validate() throws { try checkRange("--threads", threads, 1...64) }

    func run() throws {
        BLAS.useThreads(1)
        var log = try ExperimentLog(path: results)
        var hashes: [String: String] = [:]
        for set in Set(ExperimentQuestion.all.flatMap(\.experiments).map(\.dataset)) {
            let data = try TrainingData(folder(of: set), group: "source_file")
            hashes[set] = TrainingGait.hash(data.gaits)
        }
        func key(_ experiment: Experiment, _ seed: UInt64) -> ExperimentResult.Key {
            ExperimentResult.Key(
                dataset: experiment.dataset, arguments: experiment.arguments, seed: seed,
                dataHash: hashes[experiment.dataset] ?? "")
        }
        let runs = ExperimentQuestion.all.flatMap { question in
            question.experiments.filter { isWanted($0, question) }.flatMap { experiment in
                question.seeds.map { (name: experiment.name, key: key(experiment, $0)) }
            }
        }
        if list {
            for (name, key) in runs {
                let state = log.results[key] == nil ? "to run" : "done"
                print("\(state)  \(key.dataset)  seed \(key.seed)  \(name)")
            }
            return
        }
        func writePage() throws(CommandFailure) {
            let text = ExperimentPage { experiment, question in
                question.seeds.compactMap { log.results[key(experiment, $0)] }
            }.text
            try writeFile(Data(text.utf8), to: page)
        }
        let missing = runs.filter { log.results[$0.key] == nil }
        for (number, run) in missing.enumerated() {
            ProgressReporter().note(
                "experiment \(number + 1) of \(missing.count): \(run.name), seed \(run.key.seed)")
            try log.add(ExperimentResult(try measure(run.key), key: run.key))
            try writePage()
        }
        try writePage()
        print("\(runs.count) results, \(missing.count) of them new; wrote \(page)")
    }

    /// The figures of `gaitctl train --folds`.
    private func measure(_ key: ExperimentResult.Key) throws -> FoldedReport {
        let words = [
            "--dataset", folder(of: key.dataset), "--seed", "\(key.seed)", "--threads", "\(threads)",
        ]
        var training = try TrainCommand.parse(words + key.arguments)
        training.recipe.pretrain = training.recipe.pretrain.map(folder(of:))
        return try training.measure(folds: training.folds ?? 4)
    }

    private func folder(of set: String) -> String {
        URL(fileURLWithPath: data).appendingPathComponent(set).path
    }

    private func isWanted(_ experiment: Experiment, _ question: ExperimentQuestion) -> Bool {
        guard let only else { return true }
        return experiment.name.localizedCaseInsensitiveContains(only)
            || question.title.localizedCaseInsensitiveContains(only)
    }
}

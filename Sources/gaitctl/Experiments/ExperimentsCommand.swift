import ArgumentParser
import Datasets
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

    @Option(help: "How many trainings run side by side.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @Flag(help: "Print the experiments and which are still to run, without running them.")
    var list = false

    func validate() throws {
        guard (1...64).contains(threads) else {
            throw ValidationError("--threads is 1 to 64, not \(threads).")
        }
    }

    /// One experiment with one seed.
    private struct Run {
        let experiment: Experiment
        let key: ExperimentResult.Key
    }

    func run() throws {
        BLAS.useThreads(1)
        var log = try ExperimentLog(path: results)
        var sets: [String: GaitDataset] = [:]
        for name in Set(ExperimentPlan.questions.flatMap(\.experiments).map(\.dataset)) {
            sets[name] = try DatasetReader.dataset(in: folder(of: name))
        }
        let hashes = try sets.mapValues { set in
            TrainingGait.hash(try TrainingGaits.read(set, group: "source_file", folder: data))
        }
        let runs = ExperimentPlan.questions.flatMap { question in
            question.experiments.filter { isWanted($0, question) }.flatMap { experiment in
                question.seeds.map { Run(experiment: experiment, key: key(of: experiment, seed: $0, hashes)) }
            }
        }
        if list { return printList(runs, log) }
        let missing = runs.filter { log.results[$0.key] == nil }
        for (number, run) in missing.enumerated() {
            ProgressReporter().note(
                "experiment \(number + 1) of \(missing.count): \(run.experiment.name), seed \(run.key.seed)")
            let command = try command(for: run)
            guard let set = sets[run.experiment.dataset], let folds = command.folds else { continue }
            let gaits = try TrainingGaits.read(set, group: command.group, folder: command.dataset)
            let report = try TrainCommand.measure(try command.training(on: set), folds: folds, gaits)
            try log.add(ExperimentResult(report, key: run.key))
            try writePage(log, hashes)
        }
        try writePage(log, hashes)
        print("\(runs.count) results, \(missing.count) of them new; wrote \(page)")
    }

    private func folder(of set: String) -> String {
        URL(fileURLWithPath: data).appendingPathComponent(set).path
    }

    private func isWanted(_ experiment: Experiment, _ question: ExperimentQuestion) -> Bool {
        guard let only else { return true }
        return experiment.name.localizedCaseInsensitiveContains(only)
            || question.title.localizedCaseInsensitiveContains(only)
    }

    private func key(
        of experiment: Experiment, seed: UInt64, _ hashes: [String: String]
    ) -> ExperimentResult.Key {
        ExperimentResult.Key(
            dataset: experiment.dataset, arguments: experiment.arguments, seed: seed,
            dataHash: hashes[experiment.dataset] ?? "")
    }

    /// The training as it would be given on the command line.
    private func command(for run: Run) throws -> TrainCommand {
        var words = ["--dataset", folder(of: run.experiment.dataset), "--seed", "\(run.key.seed)"]
        words += ["--threads", "\(threads)"]
        if !run.experiment.arguments.contains("--folds") { words += ["--folds", "4"] }
        words += run.experiment.arguments.map { $0.hasPrefix("@") ? folder(of: String($0.dropFirst())) : $0 }
        return try TrainCommand.parse(words)
    }

    private func printList(_ runs: [Run], _ log: ExperimentLog) {
        for run in runs {
            let state = log.results[run.key] == nil ? "to run" : "done"
            print("\(state)  \(run.experiment.dataset)  seed \(run.key.seed)  \(run.experiment.name)")
        }
    }

    private func writePage(_ log: ExperimentLog, _ hashes: [String: String]) throws(CommandFailure) {
        let text = ExperimentPage(questions: ExperimentPlan.questions) { experiment, question in
            question.seeds.compactMap { log.results[key(of: experiment, seed: $0, hashes)] }
        }.text
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: page), options: .atomic)
        } catch {
            throw .failure("\(page) cannot be written: \(error.localizedDescription)")
        }
    }
}

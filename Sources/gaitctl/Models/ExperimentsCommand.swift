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

    @Option(help: "Number of parallel trainings.")
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
        for name in Set(ExperimentQuestion.all.flatMap(\.experiments).map(\.dataset)) {
            sets[name] = try DatasetReader.dataset(in: folder(of: name))
        }
        let hashes = try sets.mapValues { set in
            TrainingGait.hash(try TrainingGaits.read(set, group: "source_file", folder: data))
        }
        let runs = ExperimentQuestion.all.flatMap { question in
            question.experiments.filter { isWanted($0, question) }.flatMap { experiment in
                question.seeds.map { Run(experiment: experiment, key: key(of: experiment, seed: $0, hashes)) }
            }
        }
        if list { return printList(runs, log) }
        let missing = runs.filter { log.results[$0.key] == nil }
        for (number, run) in missing.enumerated() {
            ProgressReporter().note(
                "experiment \(number + 1) of \(missing.count): \(run.experiment.name), seed \(run.key.seed)")
            let experiment = run.experiment
            guard let set = sets[experiment.dataset] else { continue }
            let path = folder(of: experiment.dataset)
            let gaits = try TrainingGaits.read(set, group: experiment.group, folder: path)
            let training = try TrainingGaits.training(
                experiment.recipe.recipe(labels: set.labelNames), on: set,
                pretrain: experiment.pretrain.map(folder(of:)), seed: run.key.seed, threads: threads)
            let report = try TrainCommand.measure(training, folds: experiment.folds, gaits)
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

    private func printList(_ runs: [Run], _ log: ExperimentLog) {
        for run in runs {
            let state = log.results[run.key] == nil ? "to run" : "done"
            print("\(state)  \(run.experiment.dataset)  seed \(run.key.seed)  \(run.experiment.name)")
        }
    }

    private func writePage(_ log: ExperimentLog, _ hashes: [String: String]) throws(CommandFailure) {
        let text = ExperimentPage(questions: ExperimentQuestion.all) { experiment, question in
            question.seeds.compactMap { log.results[key(of: experiment, seed: $0, hashes)] }
        }.text
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: page), options: .atomic)
        } catch {
            throw .failure("\(page) cannot be written: \(error.localizedDescription)")
        }
    }
}

/// The experiments' page of the documentation: a table for each question, made of the results alone.
struct ExperimentPage {
    let questions: [ExperimentQuestion]
    /// The results of an experiment, by seed; seeds that were not run are left out.
    let results: (Experiment, ExperimentQuestion) -> [ExperimentResult]

    /// The page as Markdown.
    var text: String {
        let tables = questions.map(section).joined(separator: "\n")
        return """
            # Experiments

            What was tried, and the results. `gaitctl experiments` writes this page. It runs every experiment that is missing in
            its results file; nothing on this page is written by hand.

            ## Overview

            All results come from four folds by recording: no recording is on both sides, and no tested recording is used for
            pretraining. Windows have 75 frames, and balanced accuracy is pooled over all windows. `ece` is the calibration error
            with a temperature fitted on the other folds. `coverage` is the share of windows at or above the threshold chosen on
            the other folds, and `right` the share of these that are classified correctly. `12 fps` and `noisy` are the shares of
            windows that keep their label when the same walk is seen at 12 frames a second, and at 12 frames a second with a tenth
            of the frames lost and 2 cm of noise on every coordinate. Results are means over the seeds, with each seed's balanced
            accuracy in brackets.

            The recipes were chosen with the help of these tables, so the best rows are somewhat optimistic. Seeds of one recipe
            differ by 0.03 to 0.07, and so do members of one model: a row with one seed shows only large effects. Another kernel
            family of OpenBLAS rounds differently, which changes the results as much as another seed.

            \(tables)
            """
    }

    private func section(_ question: ExperimentQuestion) -> String {
        let rows = question.experiments.map { row($0, question) }.joined(separator: "\n")
        return """
            ## \(question.title)

            | recipe | balanced accuracy | ece | coverage | right | 12 fps | noisy | time |
            |---|---|---|---|---|---|---|---|
            \(rows)

            \(question.experiments.map(command).joined(separator: "\n"))

            """
    }

    private func row(_ experiment: Experiment, _ question: ExperimentQuestion) -> String {
        let found = results(experiment, question)
        guard !found.isEmpty else { return "| \(experiment.name) | not run | | | | | | |" }
        func mean(_ value: (ExperimentResult) -> Double?) -> String {
            let values = found.compactMap(value)
            guard !values.isEmpty else { return "-" }
            return Self.rounded(values.reduce(0, +) / Double(values.count))
        }
        let each = found.map { Self.rounded($0.balancedAccuracy) }.joined(separator: ", ")
        let cells = [
            experiment.name, "\(mean(\.balancedAccuracy)) (\(each))", mean(\.calibrationError),
            mean(\.coverage), mean(\.coveredAccuracy),
            mean { $0.sources.first { $0.name == "12 fps" }?.sameLabel },
            mean { $0.sources.first { $0.name.hasPrefix("12 fps,") }?.sameLabel },
            "\(Int(found.reduce(0) { $0 + $1.seconds } / Double(found.count))) s",
        ]
        return "| " + cells.joined(separator: " | ") + " |"
    }

    private func command(_ experiment: Experiment) -> String {
        let words = ["gaitctl train --dataset", experiment.dataset] + experiment.arguments
        return "- \(experiment.name): `\(words.joined(separator: " "))`"
    }

    private static func rounded(_ value: Double) -> String { String(format: "%.3f", value) }
}

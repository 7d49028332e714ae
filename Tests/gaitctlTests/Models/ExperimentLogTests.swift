import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import GaitModels
@testable import gaitctl

struct ExperimentLogTests {
    private func result(seed: UInt64, accuracy: Double = 0.5) -> ExperimentResult {
        ExperimentResult(
            dataset: "emotion4", arguments: ["--members", "1"], seed: seed, dataHash: "abc",
            balancedAccuracy: accuracy, recall: ["angry": 0.25], calibrationError: 0.05, coverage: 0.8,
            coveredAccuracy: nil, sources: [.init(name: "12 fps", sameLabel: 0.9, balancedAccuracy: 0.4)],
            seconds: 3)
    }

    @Test("what was added is there for the next run, the newest of a kind")
    func resumes() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("results.jsonl")
        var log = try ExperimentLog(path: path)
        #expect(log.results.isEmpty)
        try log.add(result(seed: 1))
        try log.add(result(seed: 2))
        try log.add(result(seed: 2, accuracy: 0.75))
        let read = try ExperimentLog(path: path)
        #expect(read.results.count == 2)
        #expect(read.results[result(seed: 1).key] == result(seed: 1))
        #expect(read.results[result(seed: 2).key]?.balancedAccuracy == 0.75)
    }

    @Test("a line that was cut off is passed over, and does not take the next one with it")
    func cutOff() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("results.jsonl")
        var log = try ExperimentLog(path: path)
        try log.add(result(seed: 1))
        let whole = try #require(FileManager.default.contents(atPath: path))
        try (whole + whole.prefix(40)).write(to: URL(fileURLWithPath: path))
        var damaged = try ExperimentLog(path: path)
        #expect(damaged.results.count == 1)
        try damaged.add(result(seed: 3))
        #expect(try ExperimentLog(path: path).results.count == 2)
    }

    @Test("other arguments, another seed and other data are other questions")
    func keys() {
        let key = result(seed: 1).key
        #expect(key != result(seed: 2).key)
        #expect(
            key
                != ExperimentResult.Key(
                    dataset: "emotion4", arguments: ["--members", "1"], seed: 1, dataHash: "other"))
    }

    @Test("a file that cannot be written is named")
    func unwritable() throws {
        var log = try ExperimentLog(path: "/nowhere/at/all.jsonl")
        #expect(throws: ModelError.self) { try log.add(result(seed: 1)) }
    }

    @Test("the page has a row and a command for every experiment, with means over the seeds that were run")
    func page() {
        let experiments = [
            Experiment("one network", "emotion4", "--members 1"),
            Experiment("pretrained", "emotion4", "--set walkers=0 --pretrain walk7"),
        ]
        let question = ExperimentQuestion(title: "What helps", seeds: [1, 2], experiments: experiments)
        let text = ExperimentPage(questions: [question]) { experiment, _ in
            experiment.name == "one network" ? [result(seed: 1), result(seed: 2, accuracy: 0.75)] : []
        }.text
        #expect(text.contains("| one network | 0.625 (0.500, 0.750) | 0.050 | 0.800 | - | 0.900 | - | 3 s |"))
        #expect(text.contains("| pretrained | not run |"))
        #expect(
            text.contains("`gaitctl train --dataset emotion4 --folds 4 --set walkers=0 --pretrain walk7`"))
    }

    @Test("every experiment of the plan is a training that can be run, and none is there twice")
    func plan() throws {
        for question in ExperimentQuestion.all {
            #expect(!question.seeds.isEmpty)
            #expect(Set(question.experiments.map(\.name)).count == question.experiments.count)
            for experiment in question.experiments {
                let words = ["--dataset", "x"] + experiment.arguments
                #expect(throws: Never.self) { try TrainCommand.parse(words) }
            }
        }
    }
}

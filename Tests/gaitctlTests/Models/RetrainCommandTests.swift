import Foundation
import Gait
import GaitModels
import NeuralNetwork
import Storage
import TestSupport
import Testing

@testable import gaitctl

@Suite("gaitctl retrain")
struct RetrainCommandTests {
    private let walks: StoredWalks

    init() throws { walks = try StoredWalks() }

    private func arguments(_ packaged: String, _ options: CommandWords) -> [String] {
        ["retrain", "--store", walks.store, "--registry", walks.registry, "--packaged", packaged]
            + options.all
    }

    private func run(_ packaged: String, _ options: CommandWords) async throws -> Tool.Result {
        try await Tool.run(arguments(packaged, options))
    }

    @Test("a better model is promoted, told line by line, and written down with its gaits")
    func promoted() async throws {
        let packaged = try await walks.packaged()
        try walks.fill()
        try walks.fill(perEmotion: 2, seed: 900, isSynthetic: true)
        let store = try GaitStore(path: walks.store)
        let job = try store.startJob(RetrainingRequest()).id
        let result = try await run(
            packaged,
            "--job \(job) --per-class 2 --generator-epochs 1 --epochs 30 --json-progress --threads 2")
        #expect(result.status == 0, "\(result.errors)")
        let lines = try objects(in: result.output)
        let stages = lines.compactMap { $0["stage"] as? String }
        #expect(Set(stages) == ["generator", "synthesis", "classifier", "evaluation"])
        let progress = lines.compactMap { $0["progress"] as? Double }
        #expect(progress == progress.sorted() && progress.last == 1 && lines.count == progress.count)
        #expect(lines.allSatisfy { $0["job"] as? Int == Int(job) })
        #expect(
            lines.contains { $0["epoch"] as? Int == 30 && $0["epochs"] as? Int == 30 && $0["loss"] is Double }
        )
        let last = try #require(lines.last)
        #expect(last["state"] as? String == "succeeded" && last["serving"] as? Bool == true, "\(last)")
        #expect(last["model"] as? Int == 3)
        #expect((last["metrics"] as? [String: Double])?["gain_lower_bound"] ?? 0 > 0)

        let registry = try ModelRegistry(directory: walks.registry, packaged: packaged)
        let serving = try registry.serving()
        #expect(serving.version == 3 && registry.aliases().previous == 0)
        let metadata = try #require(serving.metadata)
        let trained = try store.records(matching: GaitSelection(split: .train)).map(\.id)
        #expect(metadata.gaits == trained && metadata.parent == 0 && metadata.decision.isAccepted)
        #expect(metadata.decision.figures["held_out_sad"] ?? 0 >= 10 && metadata.generator != nil)
        let model = try ModelFile(contentsOf: serving.path).model.description
        #expect(model.version == 3 && model.training?.dataHash == metadata.dataHash)
        #expect(registry.newestGenerator() != nil)
        // gaitd alone writes down how its job ends.
        #expect(try store.job(job).state == .running && registry.outcome(of: store.job(job))?.model == 3)
    }

    @Test("too few held-out gaits are a rejection with the counts, before anything is trained")
    func tooFew() async throws {
        let packaged = try await walks.packaged()
        try walks.fill(perEmotion: 20)
        let result = try await run(packaged, "--per-class 0 --json-progress")
        let lines = try objects(in: result.output)
        #expect(result.status == 0 && lines.count == 1)
        #expect(lines[0]["state"] as? String == "rejected")
        #expect((lines[0]["reason"] as? String)?.contains("happy 7") == true, "\(lines)")
        #expect(lines[0]["model"] == nil)
    }

    @Test("a version that is not to be activated is registered only")
    func notActivated() async throws {
        let packaged = try await walks.packaged()
        try walks.fill()
        let object = try await run(packaged, "--per-class 0 --epochs 30 --activate never --json").object()
        #expect(object["serving"] as? Bool == false && object["version"] as? Int == 3)
        #expect((object["verdict"] as? [String: Any])?["accepted"] as? Bool == true, "\(object)")
        #expect(try ModelRegistry(directory: walks.registry, packaged: packaged).serving().version == 0)
    }

    @Test("the budget ends a training early, with what it has")
    func budget() async throws {
        let packaged = try await walks.packaged()
        try walks.fill()
        let object = try await run(packaged, "--per-class 0 --epochs 10000 --budget 3 --json").object()
        #expect(object["seconds"] as? Double ?? 99 < 30 && object["version"] as? Int == 3, "\(object)")
    }

    @Test("SIGTERM ends it within a second, says so, and nothing half written is left")
    func terminated() async throws {
        let packaged = try await walks.packaged()
        try walks.fill()
        let run = try ProgramRun(
            ProgramRun.built("gaitctl"),
            arguments(packaged, "--per-class 2 --generator-epochs 10000 --json-progress"))
        #expect(Pause.until(within: 60) { run.output.contains(#""epoch":"#) })
        run.process.send(SIGTERM)
        #expect(run.process.exitCode(within: 60) == 1)
        #expect(try objects(in: run.output).last?["state"] as? String == "cancelled")
        #expect(run.errors.hasSuffix("gaitctl: interrupted\n"))
        let contents = (try? FileManager.default.contentsOfDirectory(atPath: walks.registry)) ?? []
        #expect(contents.isEmpty, "\(contents)")
    }

    @Test("killed at any moment it leaves a model that serves and a store with every gait")
    func killed() async throws {
        let packaged = try await walks.packaged()
        try walks.fill()
        let registry = try ModelRegistry(directory: walks.registry, packaged: packaged)
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<6 {
            let run = try ProgramRun(
                ProgramRun.built("gaitctl"),
                arguments(packaged, "--per-class 0 --epochs 2 --json-progress"))
            let moment = Double(generator.uniform(0.05...2.5))
            _ = Pause.until(within: moment) { !run.process.isRunning }
            run.process.send(SIGKILL)
            run.process.wait()
            let serving = try registry.serving()
            _ = try EmotionClassifier(contentsOf: serving.path)
        }
        #expect(try GaitStore(path: walks.store).records().count == 128)
        let object = try await run(packaged, "--per-class 0 --epochs 2 --json").object()
        #expect(object["version"] is Int)
    }

    @Test("what cannot be trained is a failure that is written down")
    func failures() async throws {
        let packaged = try await walks.packaged()
        try walks.fill()
        let store = try GaitStore(path: walks.store)
        let job = try store.startJob(RetrainingRequest()).id
        let missing = try await run("/nowhere/model", "--job \(job) --json-progress")
        #expect(missing.status == 1)
        #expect(try objects(in: missing.output).last?["state"] as? String == "failed")
        #expect(try store.job(job).state != .succeeded)
        try store.finishJob(job, RetrainingOutcome(.failed))
        try await run(packaged, "--job \(job) --json")
            .expectFailure(1, saying: "job \(job) is over")
        try await run(packaged, "--job 99 --json").expectFailure(1, saying: "99")
        let wrong = try await run(packaged, "--json --json-progress")
        #expect(wrong.status == 64)
        try await run(packaged, "--generator \(packaged) --generator-epochs 1 --json")
            .expectFailure(1, saying: "generator")
    }
}

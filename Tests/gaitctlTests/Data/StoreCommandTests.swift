import Datasets
import Foundation
import Gait
import NeuralNetwork
import Storage
import TestSupport
import Testing

@testable import gaitctl

@Suite("gaitctl store")
struct StoreCommandTests {
    private let walks: StoredWalks

    init() throws { walks = try StoredWalks() }

    private func run(_ words: CommandWords) async throws -> Tool.Result {
        try await Tool.run("store", words, "--store \(walks.store)")
    }

    @Test("gaits are listed and counted, as text and as one object")
    func listed() async throws {
        try walks.fill(perEmotion: 6)
        let object = try await run("list --label sad --json").object()
        let gaits = try #require(object["gaits"] as? [[String: Any]])
        #expect(gaits.count == 6 && gaits.allSatisfy { $0["label"] as? String == "sad" })
        let text = try await run("list --split held_out")
        #expect(text.output.split(separator: "\n").count == 9, "\(text)")
        let counts = try #require(try await run("stats --json").object()["counts"] as? [[String: Any]])
        #expect(counts.count == 8 && counts.compactMap { $0["gaits"] as? Int }.reduce(0, +) == 24)
        let stats = try await run("stats")
        #expect(stats.output.contains("angry") && stats.output.contains("MB free"))
    }

    @Test("an export that is imported again is the same, except for numbers")
    func exchanged() async throws {
        try walks.fill(perEmotion: 5)
        try walks.fill(perEmotion: 2, seed: 500, isSynthetic: true)
        let out = walks.folder.path("exported")
        let report = try await run("export --out \(out) --json").object()
        #expect(report["gaits"] as? Int == 28)
        let other = walks.folder.path("other.sqlite")
        let imported = try await Tool.run("store import --store \(other) \(out) --json").object()
        #expect(imported["gaits"] as? Int == 28)
        func content(_ path: String) throws -> [String] {
            try GaitStore(path: path).gaits().map { gait in
                "\(gait.robot) \(gait.person) \(gait.subject) \(gait.annotator ?? "") \(gait.label) \(gait.start) "
                    + "\(gait.end) \(gait.coverage) \(gait.isSynthetic) \(gait.gait.coordinates.hashValue)"
            }.sorted()
        }
        #expect(try content(other) == content(walks.store))
        // And the folder is a data set like any other.
        let check = try await Tool.run("dataset check \(out)")
        #expect(check.status == 0, "\(check)")
        try await run("export --out \(out)").expectFailure(1, saying: out, "not empty")
    }

    @Test("what pictures showed is exported and imported too")
    func seen() async throws {
        let seen = StoredWalks.seen(1)
        try walks.fill(perEmotion: 1)
        let store = try GaitStore(path: walks.store, minimumFreeBytes: 0)
        try store.add([StoredWalks.lifted(seen)])
        try store.close()
        let out = walks.folder.path("exported")
        #expect(try await run("export --out \(out)").status == 0)
        let other = walks.folder.path("other.sqlite")
        #expect(try await Tool.run("store import --store \(other) \(out)").status == 0)
        let imported = try GaitStore(path: other).gaits()
        #expect(imported.count == 5 && imported.compactMap(\.seen) == [seen])
        for (shape, value) in [([1], Float(1)), ([39, 75], 1), ([75, 13, 3], 5)] {
            let values = [Float](repeating: value, count: shape.reduce(1, *))
            try SafeTensors.write(
                [SafeTensors.Entry(name: "gait-5", shape: shape, values: values)], metadata: [:],
                to: "\(out)/seen.safetensors")
            try await Tool.run("store import --store \(other) \(out)")
                .expectFailure(1, saying: "seen.safetensors", "gait-5")
        }
    }

    @Test("another data set is imported by its recordings, or wholly as synthetic")
    func imported() async throws {
        let dataset = try walks.files.dataset(recordings: 3)
        let first = try await run("import \(dataset) --robot r9 --json").object()
        #expect(first["gaits"] as? Int == 12 && first["held_out"] as? Int == 4)
        let synthetic = try await run("import \(dataset) --synthetic --json").object()
        #expect(synthetic["held_out"] as? Int == 0)
        let store = try GaitStore(path: walks.store)
        #expect(try store.records(matching: GaitSelection(robot: "r9", isSynthetic: false)).count == 12)
        #expect(try store.records(matching: GaitSelection(subject: "sad-0.bvh")).count == 2)
        try await run("import \(dataset) --group shoe").expectFailure(1, saying: "shoe")
        try await run("import \(walks.folder.path("none"))").expectFailure(1, saying: "none")
    }

    @Test("forgotten gaits are gone and the versions trained on them are named")
    func forgotten() async throws {
        try walks.fill(perEmotion: 3)
        let packaged = try await walks.packaged()
        let registry = try ModelRegistry(directory: walks.registry, packaged: packaged)
        let weights = try Data(contentsOf: URL(fileURLWithPath: packaged))
        try registry.add(
            ModelMetadata(
                version: 1, parent: 0, dataHash: "", gaits: [1, 2], metrics: [:],
                decision: .init(isAccepted: true, reason: "", figures: [:]), command: "", seed: 1, created: 0),
            weights: weights)
        let object = try await run("forget --person 0 --registry \(walks.registry) --json").object()
        #expect(object["deleted"] as? [Int] == [1, 2, 3, 4] && object["stale"] as? [Int] == [1])
        #expect(registry.versions()[0].isStale)
        #expect(try GaitStore(path: walks.store).records().count == 8)
        let nothing = try await run("forget")
        #expect(nothing.status == 64 && nothing.errors.contains("--person"), "\(nothing)")
    }

    @Test("a store that is not there is named, and not made")
    func missing() async throws {
        for command in ["list", "stats"] { try await run("\(command)").expectFailure(1, saying: walks.store) }
        try await run("forget --gait 1").expectFailure(1, saying: walks.store)
        #expect(!FileManager.default.fileExists(atPath: walks.store))
    }
}

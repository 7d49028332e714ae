import Foundation
import Gait
import GaitModels
import GaitNode
import Storage
import TestSupport
import Testing

@testable import gaitctl

@Suite("The generator that comes with gaitd")
struct PackagedGeneratorTests {
    private let walks: StoredWalks

    init() throws { walks = try StoredWalks() }

    /// A generator that was trained for a moment; returns its path.
    private func generator() async throws -> String {
        let path = walks.folder.path("step-gen.safetensors")
        let result = try await Tool.run(
            "train --dataset \(walks.files.dataset("of-the-generator", recordings: 2)) --method step-gen",
            "--set generator.options.epochs=12 --validation 0 --out \(path)")
        try #require(result.status == 0, "\(result.errors)")
        return path
    }

    @Test("a store without synthetic gaits gets plausible ones of every class, once")
    func once() async throws {
        let packaged = PackagedGenerator(path: try await generator())
        try walks.fill(perEmotion: 1)
        let store = try GaitStore(path: walks.store, minimumFreeBytes: 0)
        #expect(try packaged.begin(store, perClass: 0, seed: 1) == nil)
        let note = try packaged.begin(store, perClass: 3, seed: 1)
        let made = try store.gaits(matching: GaitSelection(robot: PackagedGenerator.robot))
        #expect(note?.contains("\(made.count) synthetic gaits from \(packaged.path)") == true)
        #expect(Set(made.map(\.label)) == Set(Emotion.allCases.map(\.rawValue)))
        #expect(
            made.allSatisfy { $0.isSynthetic && $0.split == .train && GaitQuality($0.gait).failures.isEmpty })
        #expect(Dictionary(grouping: made, by: \.label).values.allSatisfy { $0.count <= 3 })
        #expect(try packaged.begin(store, perClass: 3, seed: 2) == nil)
        #expect(try store.records(matching: GaitSelection(isSynthetic: true)).map(\.id) == made.map(\.id))
        #expect(try store.records(matching: GaitSelection(isSynthetic: false)).count == 4)
    }

    @Test("one that is not there is said, and one that is none is an error that names it")
    func unusable() throws {
        let store = try GaitStore(path: walks.store, minimumFreeBytes: 0)
        let note = try PackagedGenerator(path: "/nowhere/step-gen").begin(store, perClass: 3, seed: 1)
        #expect(note?.contains("/nowhere/step-gen") == true)
        let damaged = PackagedGenerator(path: try walks.folder.write("damaged", "none"))
        #expect {
            try damaged.begin(store, perClass: 3, seed: 1)
        } throws: {
            "\($0)".contains(damaged.path)
        }
        #expect(try store.records().isEmpty)
    }

    @Test("a retraining begins with its gaits and from its weights, and says where it is not there")
    func retraining() async throws {
        let (generator, packaged) = (try await generator(), try await walks.packaged())
        try walks.fill()
        func retrain(_ generator: String, registry: String) async throws -> [[String: Any]] {
            let result = try await Tool.run(
                "retrain --store \(walks.store) --registry \(registry) --packaged \(packaged)",
                "--packaged-generator \(generator) --per-class 2 --generator-epochs 1 --epochs 1",
                "--json-progress")
            try #require(result.status == 0, "\(result.errors)")
            return try objects(in: result.output)
        }
        func firstLoss(_ lines: [[String: Any]]) -> Double? {
            lines.first { $0["stage"] as? String == "generator" && $0["loss"] != nil }?["loss"] as? Double
        }
        let cold = try await retrain("/nowhere/step-gen", registry: walks.folder.path("other"))
        #expect((cold.first?["note"] as? String)?.contains("/nowhere/step-gen") == true)
        let store = try GaitStore(path: walks.store)
        #expect(try store.records(matching: GaitSelection(isSynthetic: true)).isEmpty)

        let warm = try await retrain(generator, registry: walks.registry)
        #expect((warm.first?["note"] as? String)?.contains(generator) == true)
        let (warmLoss, coldLoss) = (try #require(firstLoss(warm)), try #require(firstLoss(cold)))
        #expect(warmLoss < coldLoss / 2, "\(warmLoss) and \(coldLoss)")
        let synthetic = Set(try store.records(matching: GaitSelection(isSynthetic: true)).map(\.id))
        let registry = try ModelRegistry(directory: walks.registry, packaged: packaged)
        #expect(!synthetic.isEmpty && synthetic.isSubset(of: registry.versions()[0].gaits))
    }
}

import Foundation
import Storage
import TestSupport
import Testing

@Suite("gaitctl model, of a registry")
struct ModelRegistryCommandTests {
    private let walks: StoredWalks
    private let packaged: String
    private let registry: ModelRegistry

    init() async throws {
        walks = try StoredWalks()
        packaged = try await walks.packaged()
        registry = try ModelRegistry(directory: walks.registry, packaged: packaged)
        for version in 1...2 {
            try registry.add(
                ModelMetadata(
                    version: version, parent: version - 1, dataHash: "", gaits: [Int64(version), 7],
                    metrics: ["balanced_accuracy": Double(version) / 4],
                    decision: .init(isAccepted: version == 1, reason: "because \(version)", figures: [:]),
                    command: "", seed: 1, created: 0),
                weights: try Data(contentsOf: URL(fileURLWithPath: packaged)))
        }
    }

    private func run(_ words: CommandWords) async throws -> Tool.Result {
        try await Tool.run("model", words, "--registry \(walks.registry) --packaged \(packaged)")
    }

    @Test("versions are listed with their roles and why they were decided about as they were")
    func listed() async throws {
        _ = try registry.promote(1)
        let text = try await run("list")
        #expect(
            text.status == 0 && text.output.contains("serving") && text.output.contains("rejected: because 2")
        )
        let object = try await run("list --json").object()
        #expect((object["versions"] as? [[String: Any]])?.count == 2)
        #expect((object["aliases"] as? [String: Any])?["serving"] as? Int == 1)
    }

    @Test("a version is activated, taken back and pinned; what is not there is named")
    func changed() async throws {
        #expect(try await run("activate 2 --json").object()["serving"] as? Int == 2)
        #expect(try await run("rollback --json").object()["serving"] as? Int == 0)
        #expect(try await run("pin 0 --json").object()["pinned"] as? [Int] == [0])
        #expect(throws: StorageError.pinned(version: 0)) { try registry.promote(1) }
        #expect(try await run("pin 0 --undo --json").object()["pinned"] as? [Int] == [])
        try await run("activate 9").expectFailure(1, saying: "9", "1, 2")
    }

    @Test("a version is shown with what the registry says of it")
    func shown() async throws {
        let text = try await Tool.run("model show --registry \(walks.registry)")
        #expect(text.status == 0 && text.output.contains("because 2"), "\(text)")
        let object = try await Tool.run(
            "model show --registry \(walks.registry) --version-number 1 --json"
        ).object()
        #expect((object["registered"] as? [String: Any])?["version"] as? Int == 1)
    }

    @Test("two versions' gaits, figures and weights are compared")
    func compared() async throws {
        let object = try await run("diff 1 2 --json").object()
        #expect(object["gaits_added"] as? [Int] == [2] && object["gaits_removed"] as? [Int] == [1])
        #expect(object["weight_change"] as? Double == 0)
        #expect((object["metrics"] as? [String: [Double]])?["balanced_accuracy"] == [0.25, 0.5])
        let text = try await run("diff 0 2")
        #expect(text.status == 0 && text.output.contains("2 added, 0 no longer"), "\(text)")
    }
}

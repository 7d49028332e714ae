import Foundation
import Gait
import Messaging
import Storage
import TestSupport
import Testing

@testable import GaitNode

@Suite("A person who is forgotten")
struct ForgottenPersonTests {
    @Test("is in no byte of the store, and in no gait of the version that is trained without them")
    func forgotten() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("gaits.sqlite")
        let store = try GaitStore(path: path, minimumFreeBytes: 0)
        let walk = Gait(validated: (0..<75 * Gait.valuesPerFrame).map { Float($0 % 48) / 48 })
        // The first subject of a label is trained on.
        let own = try store.add(
            (0..<3).map { _ in
                NewGait(
                    robot: "r1", person: "ann", subject: "anastasia-of-the-gate", annotator: "test",
                    label: "sad", start: 0, end: 2.5, gait: walk)
            }
        ).map(\.id)
        try store.close()
        let setup = try await TrainingNode(gaits: 36, folder: folder) { configuration in
            configuration.retrain.program = nil
            configuration.retrain.minimumGaitsPerClass = 30
            configuration.retrain.epochs = 1
            configuration.retrain.augmentPerClass = 0
        }
        let first = try await setup.retrain()
        let before = try await Self.version(of: first, setup)
        #expect(Set(before.gaits).isSuperset(of: own) && !before.isStale)
        #expect(try Self.bytes(path).contains("anastasia-of-the-gate"))

        let answer = try await setup.client.ask("forget", #"{"person": "ann", "retrain": true}"#)
        #expect(answer.status == .ok, "\(answer)")
        #expect(answer.data?["gaits"]?.elements.compactMap(\.number) == own.map(Double.init))
        #expect(answer.data?["models"]?.elements.compactMap(\.number) == [Double(before.version)])
        let second = Int(try #require(answer.data?["job"]?.number, "\(answer)"))
        #expect(try !Self.bytes(path).contains("anastasia-of-the-gate"))
        let after = try await Self.version(of: second, setup)
        #expect(Set(after.gaits).isDisjoint(with: own) && !after.gaits.isEmpty && !after.isStale)
        #expect(after.version > before.version && after.job == Int64(second))
        // Nothing of what the stale version has learnt is in it.
        #expect(after.parent == ModelAliases.packaged)
        let listed = try await setup.client.ask("model/list").data?["versions"]?.elements ?? []
        #expect(listed.map { $0["stale"] } == [.boolean(true), .boolean(false)], "\(listed)")
        try await setup.node.stop()
    }

    /// The version that a job ended with.
    private static func version(of job: Int, _ setup: TrainingNode) async throws -> ModelMetadata {
        let end = try await setup.client.training(within: 60) { $0.job == job && $0.state.isFinal }
        #expect(end.state == .succeeded || end.state == .rejected, "\(end)")
        let number = try #require(end.model?.number, "\(end)")
        return try #require(try setup.registry().versions().first { Double($0.version) == number })
    }

    /// All that is in the store's files, as Latin-1.
    private static func bytes(_ path: String) throws -> String {
        try [path, path + "-wal"].filter { FileManager.default.fileExists(atPath: $0) }.map {
            String(data: try Data(contentsOf: URL(filePath: $0)), encoding: .isoLatin1) ?? ""
        }.joined()
    }
}

import Foundation
import Gait
import Messaging
import Storage
import TestSupport
import Testing

@testable import GaitNode

@Suite("A node whose disk is full")
struct FullDiskTests {
    private static func label(_ index: Int, _ client: TestClient) async throws -> ResponseMessage {
        let emotion = Emotion.allCases[index % Emotion.allCases.count].rawValue
        return try await client.ask(
            "label", #"{"robot":"r1","person":"7","emotion":"\#(emotion)","transaction":\#(index)}"#)
    }

    @Test(
        "labels are refused with low_disk; emotions go on, nothing is corrupt",
        .smallDisk, arguments: [1, 0])
    func labels(minimumMegabytes: Int) async throws {
        let disk = try #require(try SmallDisk(kilobytes: 4096))
        let path = disk.folder.path("gaits.sqlite")
        try await withTrainingNode(gaits: 0) {
            $0.store.path = path
            $0.store.minimumFreeMegabytes = minimumMegabytes
            $0.modelRegistry = disk.folder.path("registry")
        } test: { node, client in
            client.walk("7")
            try await client.emotion(of: "7")
            try disk.folder.write("ballast", Data(count: 2 << 20))
            var acknowledged: [Int64] = []
            var refusal: ResponseMessage?
            var asked = 0
            while refusal == nil, asked < 900 {
                asked += 1
                let answer = try await Self.label(asked, client)
                if let id = answer.data?["gait"]?.number {
                    // A window that is labeled again keeps its gait.
                    if acknowledged.last != Int64(id) { acknowledged.append(Int64(id)) }
                } else {
                    refusal = answer
                }
            }
            #expect(refusal?.error == "low_disk" && !acknowledged.isEmpty, "\(String(describing: refusal))")
            #expect(
                try await client.ask("labels", #"{"labels":[{"robot":"r1","person":"7","emotion":"sad"}]}"#)
                    .error == "low_disk")
            let before = client.messages.count
            for _ in 0..<3 { try await client.emotion(of: "7", from: client.messages.count) }
            let health = try await client.health(from: before)
            #expect(health.sources["r1/skeletons"]?.dropped.isEmpty == true, "\(health)")
            #expect(try GaitStore(path: path, creating: false).gaits().map(\.id) == acknowledged)

            try FileManager.default.removeItem(atPath: disk.folder.path("ballast"))
            let again = try await Self.label(1000, client)
            #expect(again.status == .ok, "\(again)")
            try await node.stop()
            #expect(try GaitStore(path: path).gaits().count == acknowledged.count + 1)
        }
    }

    @Test("a trained model that finds no room fails the job, and the one that serves stays", .smallDisk)
    func model() async throws {
        let disk = try #require(try SmallDisk(kilobytes: 64))
        try await withTrainingNode(gaits: 33) {
            $0.modelRegistry = disk.folder.path("registry")
            $0.retrain.program = nil
            $0.retrain.training.request.epochs = 1
            $0.retrain.training.request.augmentPerClass = 0
        } test: { _, client in
            try disk.folder.write("ballast", Data(count: DiskSpace.freeBytes(at: disk.folder.path)))
            let job = try await client.retrain()
            let end = try await client.training(within: 60) { $0.job == job && $0.state.isOver }
            #expect(end.state == .failed && end.reason?.contains("MB free") == true, "\(end)")
            #expect(try await client.ask("model/list").data?["serving"]?.number == 0)
            #expect(try await client.ask("info").data?["model"]?["version"]?.number == 3)
        }
    }
}

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
        try await withTrainingNode(gaits: 36, folder: folder) {
            $0.retrain.program = nil
            $0.retrain.minimumGaitsPerClass = 30
            $0.retrain.training.request.epochs = 1
            $0.retrain.training.request.augmentPerClass = 0
        } test: { node, client in
            let first = try await client.retrain()
            let before = try await Self.version(of: first, node, client)
            #expect(Set(before.gaits).isSuperset(of: own) && !before.isStale)
            #expect(try Self.bytes(path).contains("anastasia-of-the-gate"))

            let answer = try await client.ask("forget", #"{"person": "ann", "retrain": true}"#)
            #expect(answer.status == .ok, "\(answer)")
            #expect(answer.data?["gaits"]?.elements.compactMap(\.number) == own.map(Double.init))
            #expect(answer.data?["models"]?.elements.compactMap(\.number) == [Double(before.version)])
            let second = Int(try #require(answer.data?["job"]?.number, "\(answer)"))
            #expect(try !Self.bytes(path).contains("anastasia-of-the-gate"))
            let after = try await Self.version(of: second, node, client)
            #expect(Set(after.gaits).isDisjoint(with: own) && !after.gaits.isEmpty && !after.isStale)
            #expect(after.version > before.version && after.job == Int64(second))
            // Nothing of what the stale version has learned is in it.
            #expect(after.parent == ModelAliases.packaged)
            let listed = try await client.ask("model/list").data?["versions"]?.elements ?? []
            #expect(listed.map { $0["stale"] } == [.boolean(true), .boolean(false)], "\(listed)")
        }
    }

    /// The version that a job ended with.
    private static func version(of job: Int, _ node: TestNode, _ client: TestClient) async throws
        -> ModelMetadata
    {
        let end = try await client.training(within: 60) { $0.job == job && $0.state.isOver }
        #expect(end.state == .succeeded || end.state == .rejected, "\(end)")
        let number = try #require(end.model, "\(end)")
        return try #require(try node.registry().versions().first { $0.version == number })
    }

    /// All that is in the store's files, as Latin-1.
    private static func bytes(_ path: String) throws -> String {
        try [path, path + "-wal"].filter { FileManager.default.fileExists(atPath: $0) }.map {
            String(data: try Data(contentsOf: URL(filePath: $0)), encoding: .isoLatin1) ?? ""
        }.joined()
    }
}

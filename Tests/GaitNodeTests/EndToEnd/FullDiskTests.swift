import Foundation
import Gait
import Messaging
import Storage
import TestSupport
import Testing

@testable import GaitNode

@Suite("A node whose disk is full")
struct FullDiskTests {
    private static func label(_ index: Int, _ setup: TrainingNode) async throws -> ResponseMessage {
        let emotion = Emotion.allCases[index % Emotion.allCases.count].rawValue
        return try await setup.client.ask(
            "label", #"{"robot":"r1","person":"7","emotion":"\#(emotion)","transaction":\#(index)}"#)
    }

    @Test(
        "labels are refused with low_disk, by the limit or by the disk itself; emotions go on, nothing is corrupt",
        .enabled(if: SmallDisk.isPermitted, "mounting a tmpfs is not permitted here"), arguments: [1, 0])
    func labels(minimumMegabytes: Int) async throws {
        let disk = try #require(try SmallDisk(kilobytes: 4096))
        let path = disk.folder.path("gaits.sqlite")
        let setup = try await TrainingNode(gaits: 0) { configuration in
            configuration.store.path = path
            configuration.store.minimumFreeMegabytes = minimumMegabytes
            configuration.modelRegistry = disk.folder.path("registry")
        }
        let walker = walk([WalkingFigure(id: "7")], topic: "robots/r1/skeletons", client: setup.client)
        defer { walker.cancel() }
        _ = try await setup.client.log.first(EmotionMessage.self, on: "robots/r1/people/7/emotion") {
            $0.state == .ok
        }
        try disk.folder.write("ballast", Data(count: 2 << 20))
        var acknowledged: [Int64] = []
        var refusal: ResponseMessage?
        while refusal == nil, acknowledged.count < 500 {
            let answer = try await Self.label(acknowledged.count, setup)
            if let id = answer.data?["gait"]?.number {
                acknowledged.append(Int64(id))
            } else {
                refusal = answer
            }
        }
        #expect(refusal?.error == "low_disk" && acknowledged.count > 5, "\(String(describing: refusal))")
        #expect(
            try await setup.client.ask("labels", #"{"labels":[{"robot":"r1","person":"7","emotion":"sad"}]}"#)
                .error == "low_disk")
        let before = setup.client.log.messages.count
        for _ in 0..<3 {
            _ = try await setup.client.log.first(
                EmotionMessage.self, on: "robots/r1/people/7/emotion", from: setup.client.log.messages.count
            ) { $0.state == .ok }
        }
        let health = try await setup.client.log.first(HealthMessage.self, on: "gaitd/n1/health", from: before)
        #expect(health.sources["r1/skeletons"]?.dropped.isEmpty == true, "\(health)")
        #expect(try GaitStore(path: path, creating: false).gaits().map(\.id) == acknowledged)

        try FileManager.default.removeItem(atPath: disk.folder.path("ballast"))
        let again = try await Self.label(1000, setup)
        #expect(again.status == .ok, "\(again)")
        try await setup.node.stop()
        #expect(try GaitStore(path: path).gaits().count == acknowledged.count + 1)
    }

    @Test(
        "a trained model that finds no room fails the job, and the one that serves stays",
        .enabled(if: SmallDisk.isPermitted, "mounting a tmpfs is not permitted here"))
    func model() async throws {
        let disk = try #require(try SmallDisk(kilobytes: 64))
        let setup = try await TrainingNode(gaits: 33) { configuration in
            configuration.modelRegistry = disk.folder.path("registry")
            configuration.retrain.program = nil
            configuration.retrain.epochs = 1
            configuration.retrain.augmentPerClass = 0
        }
        try disk.folder.write("ballast", Data(count: DiskSpace.freeBytes(at: disk.folder.path)))
        let job = try await setup.retrain()
        let end = try await setup.client.training(within: 60) { $0.job == job && $0.state.isFinal }
        #expect(end.state == .failed && end.reason?.contains("MB free") == true, "\(end)")
        #expect(try await setup.client.ask("model/list").data?["serving"]?.number == 0)
        #expect(try await setup.client.ask("info").data?["model"]?["version"]?.number == 3)
        try await setup.node.stop()
    }
}

import Foundation
import Gait
import Messaging
import Storage
import TestSupport
import Testing

@testable import GaitNode

@Suite("Exchange of the served model at a real broker")
struct ModelManagerTests {
    private static func emotion(_ client: TestClient, version: Int) async throws -> EmotionMessage {
        try await client.emotion(of: "7", from: client.messages.count) {
            $0.state == .ok && $0.model.version == version
        }
    }

    @Test("activating a version changes emotions and info, rolling back undoes it; no message is lost")
    func activation() async throws {
        try await withTrainingNode { node, client in
            client.walk("7")
            #expect(try await Self.emotion(client, version: 3).emotion == "happy")
            let registered = try node.register(version: 4, favorite: 3)
            let before = client.messages.count
            let answer = try await client.ask("model/activate", #"{"version": 4}"#)
            #expect(answer.data?["sha256"] == .string(registered.sha256), "\(answer)")
            let emotion = try await Self.emotion(client, version: 4)
            #expect(emotion.emotion == "sad" && emotion.model.sha256 == registered.sha256)
            let info = try await client.info(from: before)
            #expect(info.model["version"]?.number == 4)
            #expect(try await client.ask("info").data?["model"]?["version"]?.number == 4)
            let list = try await client.ask("model/list")
            #expect(
                list.data?["serving"]?.number == 4 && list.data?["versions"]?.elements.count == 1, "\(list)")
            let back = try await client.ask("model/rollback")
            #expect(back.status == .ok, "\(back)")
            #expect(try await Self.emotion(client, version: 3).emotion == "happy")
            let health = try await client.health(from: client.messages.count)
            #expect(health.mqtt.dropped.isEmpty && health.sources["r1/skeletons"]?.dropped.isEmpty == true)
            let sent = client.messages.count { $0.topic == "robots/r1/skeletons" }
            #expect((health.sources["r1/skeletons"]?.framesIn ?? 0) >= sent - 60)
        }
    }

    @Test("labels in another order are read by their names")
    func labelOrder() async throws {
        try await withTrainingNode { node, client in
            client.walk("7")
            _ = try await Self.emotion(client, version: 3)
            try node.register(version: 4, favorite: 1, labels: ["sad", "angry", "happy", "neutral"])
            #expect(try await client.ask("model/activate", #"{"version": 4}"#).status == .ok)
            let emotion = try await Self.emotion(client, version: 4)
            #expect(emotion.emotion == "angry" && (emotion.probabilities?["angry"] ?? 0) > 0.6)
        }
    }

    @Test("a version that is unknown, damaged or of other labels is refused, and all stays as it was")
    func refusals() async throws {
        try await withTrainingNode { node, client in
            #expect(try await client.ask("model/activate", #"{"version": 9}"#).error == "unknown_version")
            #expect(try await client.ask("model/rollback").error == "unknown_version")
            try node.register(version: 4, favorite: 1, labels: ["a", "b", "c", "d"])
            let labels = try await client.ask("model/activate", #"{"version": 4}"#)
            #expect(
                labels.error == "unusable_model" && labels.message?.contains("a, b, c, d") == true,
                "\(labels)")
            let damaged = try node.register(version: 5, favorite: 1)
            try Data(repeating: 1, count: 100).write(to: URL(filePath: damaged.path))
            #expect(try await client.ask("model/activate", #"{"version": 5}"#).error == "unusable_model")
            #expect(try node.registry().aliases().serving == 0)
        }
    }

    @Test("what a training has promoted is served when it ends, and after a restart")
    func promotion() async throws {
        try await withTrainingNode(
            script: """
                echo '{"state":"running","stage":"evaluation"}'
                while [ ! -e "$(dirname "$0")/go" ]; do sleep 0.05; done
                echo '{"state":"succeeded","model":4}'
                """
        ) { node, client in
            try await client.retrain()
            try await client.training { $0.stage == .evaluation }
            let registered = try node.register(version: 4, favorite: 3)
            _ = try node.registry().promote(4)
            let before = client.messages.count
            try node.folder.write("go", "")
            let end = try await client.training { $0.state.isOver }
            #expect(end.state == .succeeded && end.model == 4)
            let info = try await client.info(from: before)
            #expect(info.model["sha256"] == .string(registered.sha256))
            try await node.stop()
            try await withTrainingNode(gaits: 0, folder: node.folder) { _, client in
                let (again, retained) = (try await client.info(), try await client.training())
                #expect(again.model["version"]?.number == 4 && retained.state == .succeeded)
            }
        }
    }
}

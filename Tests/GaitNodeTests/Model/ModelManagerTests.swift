import Foundation
import Messaging
import Storage
import TestSupport
import Testing

@testable import GaitNode

@Suite("Exchange of the served model at a real broker")
struct ModelManagerTests {
    private static func emotion(
        _ setup: TrainingNode, version: Int
    ) async throws -> EmotionMessage {
        try await setup.client.log.first(
            EmotionMessage.self, on: "robots/r1/people/7/emotion", from: setup.client.log.messages.count
        ) { $0.state == .ok && $0.model.version == version }
    }

    @Test(
        "activating a version changes emotions and info; rolling back brings the packaged model again; no message is lost"
    )
    func activation() async throws {
        let setup = try await TrainingNode()
        let walker = walk([WalkingFigure(id: "7")], topic: "robots/r1/skeletons", client: setup.client)
        defer { walker.cancel() }
        #expect(try await Self.emotion(setup, version: 3).emotion == "happy")
        let registered = try setup.register(version: 4, favourite: 3)
        let before = setup.client.log.messages.count
        let answer = try await setup.client.ask("model/activate", #"{"version": 4}"#)
        #expect(answer.data?["sha256"] == .string(registered.sha256), "\(answer)")
        let emotion = try await Self.emotion(setup, version: 4)
        #expect(emotion.emotion == "sad" && emotion.model.sha256 == registered.sha256)
        let info = try await setup.client.log.first(InfoMessage.self, on: "gaitd/n1/info", from: before)
        #expect(info.model["version"]?.number == 4)
        #expect(try await setup.client.ask("info").data?["model"]?["version"]?.number == 4)
        let list = try await setup.client.ask("model/list")
        #expect(list.data?["serving"]?.number == 4 && list.data?["versions"]?.elements.count == 1, "\(list)")
        let back = try await setup.client.ask("model/rollback")
        #expect(back.status == .ok, "\(back)")
        #expect(try await Self.emotion(setup, version: 3).emotion == "happy")
        let health = try await setup.client.log.first(
            HealthMessage.self, on: "gaitd/n1/health", from: setup.client.log.messages.count)
        #expect(health.mqtt.dropped.isEmpty && health.sources["r1/skeletons"]?.dropped.isEmpty == true)
        let sent = setup.client.log.messages.count { $0.topic == "robots/r1/skeletons" }
        #expect((health.sources["r1/skeletons"]?.framesIn ?? 0) >= sent - 60)
        try await setup.node.stop()
    }

    @Test("labels in another order are read by their names")
    func labelOrder() async throws {
        let setup = try await TrainingNode()
        let walker = walk([WalkingFigure(id: "7")], topic: "robots/r1/skeletons", client: setup.client)
        defer { walker.cancel() }
        _ = try await Self.emotion(setup, version: 3)
        try setup.register(version: 4, favourite: 1, labels: ["sad", "angry", "happy", "neutral"])
        #expect(try await setup.client.ask("model/activate", #"{"version": 4}"#).status == .ok)
        let emotion = try await Self.emotion(setup, version: 4)
        #expect(emotion.emotion == "angry" && (emotion.probabilities?["angry"] ?? 0) > 0.6)
        try await setup.node.stop()
    }

    @Test("a version that is unknown, damaged or of other labels is refused, and all stays as it was")
    func refusals() async throws {
        let setup = try await TrainingNode()
        #expect(try await setup.client.ask("model/activate", #"{"version": 9}"#).error == "unknown_version")
        #expect(try await setup.client.ask("model/rollback").error == "unknown_version")
        try setup.register(version: 4, favourite: 1, labels: ["a", "b", "c", "d"])
        let labels = try await setup.client.ask("model/activate", #"{"version": 4}"#)
        #expect(
            labels.error == "unusable_model" && labels.message?.contains("a, b, c, d") == true, "\(labels)")
        let damaged = try setup.register(version: 5, favourite: 1)
        try Data(repeating: 1, count: 100).write(to: URL(filePath: damaged.path))
        #expect(try await setup.client.ask("model/activate", #"{"version": 5}"#).error == "unusable_model")
        #expect(try setup.registry().aliases().serving == 0)
        try await setup.node.stop()
    }

    @Test("what a training has promoted is served when it ends, and after a restart")
    func promotion() async throws {
        let setup = try await TrainingNode(
            script: """
                echo '{"state":"running","stage":"evaluation"}'
                while [ ! -e "$(dirname "$0")/go" ]; do sleep 0.05; done
                echo '{"state":"succeeded","model":4}'
                """)
        _ = try await setup.retrain()
        _ = try await setup.client.training { $0.stage == .evaluation }
        let registered = try setup.register(version: 4, favourite: 3)
        _ = try setup.registry().promote(4)
        let before = setup.client.log.messages.count
        try setup.folder.write("go", "")
        let end = try await setup.client.training { $0.state.isFinal }
        #expect(end.state == .succeeded && end.model == .number(4))
        let info = try await setup.client.log.first(InfoMessage.self, on: "gaitd/n1/info", from: before)
        #expect(info.model["sha256"] == .string(registered.sha256))
        try await setup.node.stop()
        let next = try await TrainingNode(gaits: 0, folder: setup.folder)
        let again = try await next.client.log.first(InfoMessage.self, on: "gaitd/n1/info")
        #expect(again.model["version"]?.number == 4)
        let retained = try await next.client.training { _ in true }
        #expect(retained.state == .succeeded)
        try await next.node.stop()
    }
}

import Foundation
import Messaging
import Perception
import TestSupport
import Testing

@testable import GaitNode

@Suite("Cameras over a real broker")
struct CameraTests {
    private static let topic = "robots/r1/cameras/front/frame"

    private static func node(_ broker: TestBroker, models: String) throws -> TestNode {
        try TestNode(port: broker.port) {
            $0.perception.modelsPath = models
            $0.perception.maximumFrameKilobytes = 512
            $0.pipeline.personTimeout = 60
        }
    }

    private static func walker(_ number: Int) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: SharedData.walkerFrame(number))))
    }

    private static func frame(_ payload: [UInt8], stamp: Double? = nil) -> MQTTMessage {
        var message = MQTTMessage(topic: topic, payload: payload, qualityOfService: .atLeastOnce)
        if let stamp {
            message.userProperties = [
                .init(name: "stamp", value: "\(stamp)"), .init(name: "frame_id", value: "front_optical"),
            ]
        }
        return message
    }

    /// Waits until so many frames of the camera have been looked at, refused or dropped.
    @discardableResult
    private static func settle(
        _ client: TestClient, frames: Int, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> HealthMessage.Source {
        let health = try await client.log.first(
            HealthMessage.self, on: "gaitd/n1/health", within: 60, sourceLocation: sourceLocation
        ) {
            guard let source = $0.sources["r1/front"] else { return false }
            return source.framesIn + source.rejected.values.reduce(0, +) + source.dropped.values.reduce(0, +)
                >= frames
        }
        return try #require(health.sources["r1/front"])
    }

    @Test(
        "people before a camera have ids of the node's and emotions, and go when the camera does",
        .enabled(if: SharedData.isThere, "../shared is absent"))
    func people() async throws {
        let broker = try TestBroker()
        let client = try TestClient(port: broker.port)
        let node = try TestNode(port: broker.port) {
            $0.perception.modelsPath = SharedData.models
            $0.pipeline.personTimeout = 5
        }
        let info = try await client.log.first(InfoMessage.self, on: "gaitd/n1/info")
        #expect(info.perception == .init(available: true))
        let jpegs = try (60..<150).map(Self.walker)
        let camera = Task {
            for (number, jpeg) in jpegs.enumerated() where !Task.isCancelled {
                try? client.publish(Self.frame(jpeg, stamp: 100 + Double(number) / 30))
                try? await Task.sleep(for: .milliseconds(33))
            }
        }
        defer { camera.cancel() }
        let emotion = try await client.log.first(within: 60) {
            $0.topic.hasPrefix("robots/r1/people/front-t") && !$0.payload.isEmpty
        }
        let message = try EmotionMessage(decoding: emotion.payload)
        #expect(message.source == "front" && message.position == nil && message.frameID == "front_optical")
        #expect(100...103 ~= message.stamp)
        let list = try await client.log.first(PeopleMessage.self, on: "robots/r1/people") {
            !$0.people.isEmpty
        }
        #expect(list.people.allSatisfy { $0.wholeMatch(of: #/front-t[0-9]+/#) != nil })
        await camera.value
        let health = try await client.log.first(HealthMessage.self, on: "gaitd/n1/health") {
            let source = $0.sources["r1/front"]
            return (source?.framesIn ?? 0) + (source?.dropped.values.reduce(0, +) ?? 0) >= jpegs.count
        }
        #expect(health.perception.latency["landmarks"]?.p50 != nil && health.perception.framesIn > 0)
        _ = try await client.log.first(PeopleMessage.self, on: "robots/r1/people", within: 60) {
            $0.people.isEmpty
        }
        try await node.stop()
    }

    @Test(
        "what is no frame is counted by its reason, and the next good frame is looked at",
        .enabled(if: SharedData.isThere, "../shared is absent"))
    func badFrames() async throws {
        let broker = try TestBroker()
        let client = try TestClient(port: broker.port)
        let node = try Self.node(broker, models: SharedData.models)
        _ = try await client.log.first(StateMessage.self, on: "gaitd/n1/state") { $0.state == .online }
        let good = try Self.walker(60)
        let cases: [(payload: [UInt8], reason: String?)] = [
            (good, nil), (Array(good[..<(good.count / 2)]), "truncated"), ([], "truncated"),
            (PictureExample.png, "not_jpeg"), (Array("walk".utf8), "not_jpeg"),
            (JPEGEditing.claim(width: 20_000, height: 20_000, in: good), "too_large"),
            (PictureExample.printingInks, "unsupported_colour"),
            ([UInt8](repeating: 0xFF, count: 600 << 10), "too_large"),
            (PictureExample.progressive, nil), (PictureExample.gray, nil), (JPEGEditing.orient(good, 6), nil),
            (good, nil),
        ]
        var expected: [String: Int] = [:]
        for (number, (payload, reason)) in cases.enumerated() {
            try client.publish(Self.frame(payload))
            if let reason { expected[reason, default: 0] += 1 }
            let source = try await Self.settle(client, frames: number + 1)
            #expect(source.rejected == expected && source.dropped.isEmpty, "case \(number)")
        }
        #expect(node.lines.all.contains { $0.contains("r1/front") && $0.contains("20000x20000") })
        try await node.stop()
    }

    @Test(
        "of a burst, and of two cameras of one name, the newest are looked at and the others counted",
        .enabled(if: SharedData.isThere, "../shared is absent"))
    func bursts() async throws {
        let broker = try TestBroker()
        let client = try TestClient(port: broker.port)
        let other = try TestClient(port: broker.port)
        let node = try Self.node(broker, models: SharedData.models)
        _ = try await client.log.first(StateMessage.self, on: "gaitd/n1/state") { $0.state == .online }
        let (wide, small) = (try Self.walker(60), PictureExample.progressive)
        for _ in 0..<60 {
            try client.publish(Self.frame(wide))
            try other.publish(Self.frame(small))
        }
        let source = try await Self.settle(client, frames: 120)
        #expect(source.framesIn > 0 && (source.dropped["newer_frame"] ?? 0) > 0 && source.rejected.isEmpty)
        #expect(source.framesIn + source.dropped.values.reduce(0, +) == 120)
        try await node.stop()
    }

    @Test("without models the frame topic is unavailable, which info explains, and skeletons are read")
    func noModels() async throws {
        let broker = try TestBroker()
        let client = try TestClient(port: broker.port)
        let folder = try TemporaryFolder()
        let node = try Self.node(broker, models: folder.path)
        let info = try await client.log.first(InfoMessage.self, on: "gaitd/n1/info")
        #expect(info.perception.available == false)
        #expect(info.perception.reason?.contains("launch/fetch-models") == true)
        let source = walk([WalkingFigure(id: "7")], topic: "robots/r1/skeletons", client: client)
        defer { source.cancel() }
        try client.publish(Self.frame(PictureExample.progressive))
        _ = try await client.log.first(EmotionMessage.self, on: "robots/r1/people/7/emotion") {
            $0.state == .ok
        }
        let health = try await client.log.first(HealthMessage.self, on: "gaitd/n1/health") {
            $0.sources["r1/skeletons"] != nil
        }
        #expect(health.perception.state == .unavailable && health.sources["r1/front"] == nil)
        try await node.stop()
    }
}

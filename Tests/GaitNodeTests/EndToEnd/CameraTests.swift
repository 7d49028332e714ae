import Foundation
import Gait
import Messaging
import Perception
import TestSupport
import Testing

@testable import GaitNode

@Suite("Cameras over a real broker")
struct CameraTests {
    private static let topic = "robots/r1/cameras/front/frame"

    private static func withCamera(
        models: String, _ test: (TestNode, TestClient) async throws -> Void
    ) async throws {
        try await withNode(
            personTimeout: 60,
            {
                $0.perception.modelsPath = models
                $0.perception.maximumFrameKilobytes = 512
            }, test: test)
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

    /// Waits until so many frames of the camera have been processed, refused or dropped.
    @discardableResult
    private static func settle(
        _ client: TestClient, frames: Int, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> HealthMessage.Source {
        let health = try await client.first(
            HealthMessage.self, on: "gaitd/n1/health", within: 60, sourceLocation: sourceLocation
        ) {
            guard let source = $0.sources["r1/front"] else { return false }
            return source.framesIn + source.rejected.values.reduce(0, +) + source.dropped.values.reduce(0, +)
                >= frames
        }
        return try #require(health.sources["r1/front"])
    }

    @Test("people before a camera get ids and emotions, and leave when the camera stops", .sharedData)
    func people() async throws {
        try await withNode {
            $0.perception.modelsPath = SharedData.models
            $0.pipeline.personTimeout = 5
        } test: { _, client in
            let info = try await client.info()
            #expect(info.perception == .init(available: true))
            let jpegs = try (60..<150).map(Self.walker)
            async let camera: Void = {
                for (number, jpeg) in jpegs.enumerated() {
                    try client.publish(Self.frame(jpeg, stamp: 100 + Double(number) / 30))
                    try await Task.sleep(for: .milliseconds(33))
                }
            }()
            let emotion = try await client.first(within: 60) {
                $0.topic.hasPrefix("robots/r1/people/front-t") && !$0.payload.isEmpty
            }
            let message = try EmotionMessage(decoding: emotion.payload)
            #expect(
                message.source == "front" && message.position == nil && message.frameID == "front_optical")
            #expect(100...103 ~= message.stamp)
            let list = try await client.people { !$0.isEmpty }
            #expect(list.allSatisfy { $0.wholeMatch(of: #/front-t[0-9]+/#) != nil })
            try await camera
            let health = try await client.health {
                let source = $0.sources["r1/front"]
                return (source?.framesIn ?? 0) + (source?.dropped.values.reduce(0, +) ?? 0) >= jpegs.count
            }
            #expect(health.perception.latency["landmarks"]?.p50 != nil && health.perception.framesIn > 0)
            _ = try await client.first(PeopleMessage.self, on: "robots/r1/people", within: 60) {
                $0.people.isEmpty
            }
        }
    }

    @Test("the node counts bad frames by their reason, and processes the next good one", .sharedData)
    func badFrames() async throws {
        try await Self.withCamera(models: SharedData.models) { node, client in
            let good = try Self.walker(60)
            let cases: [(payload: [UInt8], reason: String?)] = [
                (good, nil), (Array(good[..<(good.count / 2)]), "truncated"), ([], "truncated"),
                (PictureExample.png, "not_jpeg"), (Array("walk".utf8), "not_jpeg"),
                (JPEGEditing.claim(width: 20_000, height: 20_000, in: good), "too_large"),
                (PictureExample.printingInks, "unsupported_colour"),
                ([UInt8](repeating: 0xFF, count: 600 << 10), "too_large"), (PictureExample.progressive, nil),
                (PictureExample.gray, nil), (JPEGEditing.orient(good, 6), nil), (good, nil),
                // Without its end marker.
                (good.dropLast(2), nil),
            ]
            var expected: [String: Int] = [:]
            for (number, (payload, reason)) in cases.enumerated() {
                try client.publish(Self.frame(payload))
                if let reason { expected[reason, default: 0] += 1 }
                let source = try await Self.settle(client, frames: number + 1)
                #expect(source.rejected == expected && source.dropped.isEmpty, "case \(number)")
                #expect(source.repaired == (number + 1 == cases.count ? 1 : 0), "case \(number)")
            }
            #expect(node.lines.all.contains { $0.contains("r1/front") && $0.contains("20000x20000") })
        }
    }

    @Test("of a burst, and of two cameras of one name, only the newest frames are processed", .sharedData)
    func bursts() async throws {
        try await Self.withCamera(models: SharedData.models) { _, client in
            let other = try TestClient(port: client.port)
            let (wide, small) = (try Self.walker(60), PictureExample.progressive)
            for _ in 0..<60 {
                try client.publish(Self.frame(wide))
                try other.publish(Self.frame(small))
            }
            let source = try await Self.settle(client, frames: 120)
            #expect(
                source.framesIn > 0 && (source.dropped["newer_frame"] ?? 0) > 0 && source.rejected.isEmpty)
            #expect(source.framesIn + source.dropped.values.reduce(0, +) == 120)
        }
    }

    @Test("without models the frame topic is unavailable, which info explains, and skeletons are read")
    func noModels() async throws {
        let folder = try TemporaryFolder()
        try await Self.withCamera(models: folder.path) { _, client in
            let info = try await client.info()
            #expect(info.perception.available == false)
            #expect(info.perception.reason?.contains("launch/fetch-models") == true)
            client.walk("7")
            try client.publish(Self.frame(PictureExample.progressive))
            try await client.emotion(of: "7")
            let health = try await client.health { $0.sources["r1/skeletons"] != nil }
            #expect(health.perception.state == .unavailable && health.sources["r1/front"] == nil)
        }
    }
}

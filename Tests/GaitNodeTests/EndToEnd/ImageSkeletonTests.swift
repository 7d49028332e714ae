import Foundation
import Gait
import Messaging
import Storage
import TestSupport
import Testing

@testable import GaitNode

@Suite("Skeletons in pictures over a real broker", .broker)
struct ImageSkeletonTests {
    /// Runs a test with a node that has a lifter.
    private func withLifter(
        _ changes: (inout NodeConfiguration) throws -> Void = { _ in },
        test: (TestNode, TestClient) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        try Data("lifter".utf8).write(to: URL(filePath: folder.path("lifter.safetensors")))
        try await withBroker { broker, client in
            try await withNode(
                at: broker, folder: folder, personTimeout: 60, lifter: LifterStub(load: FilmedFigure.load),
                {
                    $0.modelLifter = folder.path("lifter.safetensors")
                    try changes(&$0)
                }
            ) { node in
                try await client.info()
                try await test(node, client)
            }
        }
    }

    private func film(
        _ figures: [WalkingFigure], before client: TestClient, hasFocalLength: Bool = true
    ) {
        client.stream(to: "robots/r1/skeletons") { _, time in
            FilmedFigure.message(figures, at: time, hasFocalLength: hasFocalLength)
        }
    }

    @Test("keypoints are lifted, and the emotion is published with the place before the camera")
    func emotions() async throws {
        try await withLifter { node, client in
            let info = try await client.info()
            #expect(info.lifter.available && info.lifter.reason == nil && info.lifter.sha256?.count == 64)
            film([WalkingFigure(id: "7")], before: client)
            let emotion = try await client.emotion(of: "7")
            #expect(emotion.emotion == "happy" && emotion.source == "skeletons")
            #expect(emotion.frameID == "camera" && (emotion.window?.coverage ?? 0) >= 0.6)
            let position = try #require(emotion.position)
            // The camera is 1.2 m high, 5 m away, and looks down a little.
            #expect(abs(position[0]) < 0.1 && abs(position[1] + 0.1) < 0.15 && abs(position[2] - 4.8) < 0.3)
            let health = try await client.health { $0.latency["lift"]?.p50 != nil }
            #expect(health.sources["r1/skeletons"]?.rejected == [:])
        }
    }

    @Test("without a focal length there is no place, and people without ids are tracked")
    func tracked() async throws {
        try await withLifter { _, client in
            let figures = [WalkingFigure(id: nil, place: -1), WalkingFigure(id: nil, place: 1)]
            film(figures, before: client, hasFocalLength: false)
            for person in ["t1", "t2"] {
                let emotion = try await client.emotion(of: person)
                #expect(emotion.position == nil && emotion.emotion == "happy")
            }
            let people = try await client.people { $0.count == 2 }
            #expect(people == ["t1", "t2"])
        }
    }

    @Test("without a lifter such messages are counted, with one line that says what is missing")
    func withoutLifter() async throws {
        try await withNode(personTimeout: 60) {
            $0.modelLifter = "/none/lifter-default.safetensors"
        } test: { node, client in
            let info = try await client.info()
            #expect(!info.lifter.available && info.lifter.sha256 == nil)
            #expect(info.lifter.reason?.contains("'model.lifter' is lifter-default.safetensors") == true)
            film([WalkingFigure(id: "7")], before: client)
            client.walk("8", robot: "r2")
            let health = try await client.health {
                ($0.sources["r1/skeletons"]?.dropped["no_lifter"] ?? 0) > 10
            }
            #expect(health.sources["r1/skeletons"]?.rejected == [:])
            try await client.emotion(of: "8", robot: "r2")
            let lines = node.lines.all.filter { $0.contains("r1/skeletons") && $0.contains("model.lifter") }
            #expect(lines.count == 1, "\(lines)")
        }
    }

    @Test("spikes are counted, and a bad body or message leaves the others alone")
    func faults() async throws {
        try await withLifter { node, client in
            client.stream(to: "robots/r1/skeletons") { frame, time in
                let good = FilmedFigure.message([WalkingFigure(id: "7")], at: time)
                if frame % 7 == 3 {
                    // One joint far away.
                    return good.replacing(/"joints":\[\[[^\]]*\]/, with: "\"joints\":[[10000,9,0.9]")
                }
                if frame % 7 == 5 { return good.replacing("\"width\":1280", with: "\"width\":0") }
                return good.replacing(
                    "\"bodies\":[", with: "\"bodies\":[{\"id\":\"9\",\"joints\":[[1,2,3]]},")
            }
            try await client.emotion(of: "7")
            let health = try await client.health {
                let source = $0.sources["r1/skeletons"]
                return source?.rejected["invalid_image"] != nil
                    && source?.dropped["keypoints_outside"] != nil
                    && source?.rejected["wrong_joint_count"] != nil
            }
            #expect(health.people == 1)
            #expect(
                node.lines.all.contains { $0.contains("invalid_image") && $0.contains("image.width") })
        }
    }

    @Test("with publish.poses the people in view are published as skeletons, lifted ones too")
    func poses() async throws {
        try await withLifter {
            $0.publishesPoses = true
        } test: { _, client in
            film([WalkingFigure(id: "7")], before: client)
            client.walk("8", robot: "r2")
            for (robot, person, origin) in [("r1", "7", CoordinateOrigin.root), ("r2", "8", .world)] {
                let shown = try await client.first { message in
                    var decoded = SkeletonMessage()
                    guard message.topic == "robots/\(robot)/poses" else { return false }
                    try? decoded.decode(message.payload)
                    return decoded.bodies.first?.id == person
                }
                var decoded = SkeletonMessage()
                try decoded.decode(shown.payload)
                #expect(decoded.layout == .step16 && decoded.origin == origin && !shown.retained)
                #expect(decoded.bodies[0].pose.present == .all && decoded.bodies[0].pose.isPlausible)
            }
        }
    }

    @Test("a label stores the lifted gait and what was seen of it")
    func labels() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("gaits.sqlite")
        try await withLifter {
            $0.store.path = path
            $0.store.minimumFreeMegabytes = 1
        } test: { _, client in
            film([WalkingFigure(id: "7")], before: client)
            try await client.emotion(of: "7")
            let answer = try await client.ask("label", #"{"robot":"r1","person":"7","emotion":"sad"}"#)
            #expect(answer.status == .ok, "\(answer)")
        }
        let store = try GaitStore(path: path, minimumFreeBytes: 0)
        let stored = try #require(try store.gaits().first)
        #expect(stored.gait.frames == 75 && stored.label == "sad")
        let seen = try #require(stored.seen)
        #expect(seen.end == stored.end && seen.confidences.last.map { abs($0 - 0.9) < 1e-3 } == true)
        // The figure's legs swing; see WalkingFigure.
        #expect(WalkDetector().isWalking(stored.gait))
        try store.close()
    }
}

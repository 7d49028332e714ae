import Foundation
import Gait
import Messaging
import TestSupport
import Testing

@testable import GaitNode

@Suite("Emotions over a real broker")
struct EmotionTests {
    @Test("each walking person's emotion is published with every field of the protocol")
    func emotions() async throws {
        try await withNode { node, client in
            client.walk([WalkingFigure(id: "7"), WalkingFigure(id: "8", place: 1.5)])
            for person in ["7", "8"] {
                let emotion = try await client.emotion(of: person)
                #expect(emotion.emotion == "happy")
                #expect(abs((emotion.confidence ?? 0) - 0.711) < 0.001)
                #expect(emotion.probabilities?.keys.sorted() == ["angry", "happy", "neutral", "sad"])
                #expect((-1...1).contains(emotion.valence ?? 2) && (-1...1).contains(emotion.arousal ?? 2))
                #expect(emotion.node == "n1" && emotion.robot == "r1" && emotion.person == person)
                #expect(emotion.source == "skeletons" && emotion.frameID == "odom")
                #expect(emotion.window?.frames == 75 && (emotion.window?.coverage ?? 0) >= 0.6)
                #expect(emotion.window?.end == emotion.stamp)
                #expect(emotion.model.name == "test" && emotion.model.version == 3)
                #expect(emotion.latencyMilliseconds > 0)
                #expect(emotion.position?.count == 3 && emotion.position?[1] == 0.95)
            }
            let people = try await client.people { $0.count == 2 }
            #expect(people == ["7", "8"])
        }
    }

    @Test("too little data is said so, with the fields that are not known as null")
    func insufficientData() async throws {
        try await withNode { _, client in
            client.walk("7")
            let message = try await client.first { $0.topic == "robots/r1/people/7/emotion" }
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(message.payload)) as? [String: Any])
            #expect(object["state"] as? String == "insufficient_data")
            for field in ["emotion", "confidence", "probabilities", "valence", "arousal", "window"] {
                #expect(object[field] is NSNull, "\(field)")
            }
        }
    }

    @Test("a standing person is not read")
    func notWalking() async throws {
        try await withNode { _, client in
            client.walk([WalkingFigure(id: "7", isWalking: false)])
            let emotion = try await client.emotion(of: "7") { $0.state != .insufficientData }
            #expect(emotion.state == .notWalking)
            #expect(emotion.emotion == nil && emotion.probabilities == nil && emotion.window != nil)
        }
    }

    @Test("below the smallest confidence the state is uncertain and there is no emotion")
    func uncertain() async throws {
        try await withNode {
            $0.pipeline.minimumConfidence = 0.9
        } test: { _, client in
            client.walk("7")
            let emotion = try await client.emotion(of: "7") { $0.probabilities != nil }
            #expect(emotion.state == .uncertain && emotion.emotion == nil && emotion.confidence != nil)
        }
    }

    @Test(
        "with pipeline.explain the three strongest joints are named; without a prediction the field is null")
    func explanation() async throws {
        let folder = try TemporaryFolder()
        try TestModel.write(to: folder.path("model.safetensors"), sensitivity: 0.1)
        try await withNode {
            $0.pipeline.explain = true
            $0.modelPath = folder.path("model.safetensors")
        } test: { _, client in
            client.walk("7")
            let unread = try await client.first { $0.topic == "robots/r1/people/7/emotion" }
            let fields = try #require(
                try JSONSerialization.jsonObject(with: Data(unread.payload)) as? [String: Any])
            #expect(fields["state"] as? String == "insufficient_data" && fields["explanation"] is NSNull)
            let emotion = try await client.emotion(of: "7")
            let shares = try #require(emotion.explanation)
            #expect(shares.count == 3 && shares.allSatisfy { $0.share > 0 })
            #expect(shares.map(\.share) == shares.map(\.share).sorted(by: >))
            #expect(shares.reduce(0) { $0 + $1.share } <= 1)
            #expect(Set(shares.map(\.joint)).isSubset(of: Joint.allCases.map(\.name)))
        }
    }

    @Test("without pipeline.explain the field is left out")
    func withoutExplanation() async throws {
        try await withNode { _, client in
            client.walk("7")
            let message = try await client.first {
                $0.topic == "robots/r1/people/7/emotion"
                    && String(decoding: $0.payload, as: UTF8.self).contains("\"ok\"")
            }
            #expect(!String(decoding: message.payload, as: UTF8.self).contains("explanation"))
        }
    }

    @Test("pipeline.explain with a linear SVM is refused by key, before anything is connected")
    func svm() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("svm.safetensors")
        try TestModel.writeSVM(to: path)
        let error = #expect(throws: GaitNodeError.self) {
            try TestNode(at: TestBroker(started: false)) {
                $0.pipeline.explain = true
                $0.modelPath = path
            }
        }
        #expect(error?.exitCode == 78)
        #expect(error?.description.contains("'pipeline.explain' has the value 'true'") == true)
        #expect(error?.description.contains("linear SVM") == true)
    }

    @Test("a camera's person is named after camera and id, and frames without a stamp are read")
    func camera() async throws {
        try await withNode { _, client in
            client.stream(to: "robots/r1/cameras/front/skeletons") { _, time in
                #"{"layout":"step16","bodies":[\#(WalkingFigure(id: "7").body(at: time))]}"#
            }
            let emotion = try await client.emotion(of: "front-7")
            #expect(emotion.source == "front" && emotion.frameID == nil)
            // Of the node's own clock.
            #expect(try await abs(emotion.stamp - client.health().stamp) < 60)
        }
    }

    @Test("a person who leaves is taken from the list, and the retained emotion is cleared")
    func leaving() async throws {
        try await withNode { _, client in
            let source = client.walk("7")
            try await client.emotion(of: "7") { _ in true }
            source.cancel()
            _ = try await client.first { $0.topic == "robots/r1/people/7/emotion" && $0.payload.isEmpty }
            try await client.people { $0.isEmpty }
            // A client that subscribes now hears nothing about the person.
            try await withClient(port: client.port) { late in
                try await late.people()
                #expect(!late.messages.contains { $0.topic.hasSuffix("/emotion") })
            }
        }
    }

    @Test("only the configured robots are listened to")
    func robots() async throws {
        try await withNode {
            $0.robots = ["r2", "r3"]
        } test: { _, client in
            for robot in ["r1", "r2"] { client.walk("7", robot: robot) }
            _ = try await client.first { $0.topic == "robots/r2/people/7/emotion" }
            let health = try await client.health { !$0.sources.isEmpty }
            #expect(health.sources.keys.sorted() == ["r2/skeletons"])
            #expect(!client.messages.contains { $0.topic == "robots/r1/people" })
        }
    }
}

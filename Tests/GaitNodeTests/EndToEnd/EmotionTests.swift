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
        let broker = try TestBroker()
        let client = try TestClient(port: broker.port)
        let node = try TestNode(port: broker.port)
        let source = walk(
            [WalkingFigure(id: "7"), WalkingFigure(id: "8", place: 1.5)], topic: "robots/r1/skeletons",
            client: client)
        defer { source.cancel() }
        for person in ["7", "8"] {
            let emotion = try await client.log.first(
                EmotionMessage.self, on: "robots/r1/people/\(person)/emotion"
            ) { $0.state == .ok }
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
        let people = try await client.log.first(PeopleMessage.self, on: "robots/r1/people") {
            $0.people.count == 2
        }
        #expect(people.people == ["7", "8"])
        try await node.stop()
    }

    @Test("too little data is said so, with the fields that are not known as null")
    func insufficientData() async throws {
        let broker = try TestBroker()
        let client = try TestClient(port: broker.port)
        let node = try TestNode(port: broker.port)
        let source = walk([WalkingFigure(id: "7")], topic: "robots/r1/skeletons", client: client)
        defer { source.cancel() }
        let message = try await client.log.first { $0.topic == "robots/r1/people/7/emotion" }
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(message.payload)) as? [String: Any])
        #expect(object["state"] as? String == "insufficient_data")
        for field in ["emotion", "confidence", "probabilities", "valence", "arousal", "window"] {
            #expect(object[field] is NSNull, "\(field)")
        }
        try await node.stop()
    }

    @Test("a standing person is not read")
    func notWalking() async throws {
        let broker = try TestBroker()
        let client = try TestClient(port: broker.port)
        let node = try TestNode(port: broker.port)
        let source = walk(
            [WalkingFigure(id: "7", isWalking: false)], topic: "robots/r1/skeletons", client: client)
        defer { source.cancel() }
        let emotion = try await client.log.first(EmotionMessage.self, on: "robots/r1/people/7/emotion") {
            $0.state != .insufficientData
        }
        #expect(emotion.state == .notWalking)
        #expect(emotion.emotion == nil && emotion.probabilities == nil && emotion.window != nil)
        try await node.stop()
    }

    @Test("below the smallest confidence the state is uncertain and there is no emotion")
    func uncertain() async throws {
        let broker = try TestBroker()
        let client = try TestClient(port: broker.port)
        let node = try TestNode(port: broker.port) { $0.pipeline.minimumConfidence = 0.9 }
        let source = walk([WalkingFigure(id: "7")], topic: "robots/r1/skeletons", client: client)
        defer { source.cancel() }
        let emotion = try await client.log.first(EmotionMessage.self, on: "robots/r1/people/7/emotion") {
            $0.probabilities != nil
        }
        #expect(emotion.state == .uncertain && emotion.emotion == nil && emotion.confidence != nil)
        try await node.stop()
    }

    @Test(
        "with pipeline.explain the three joints that counted most are named, and null where nothing was read")
    func explanation() async throws {
        let broker = try TestBroker()
        let client = try TestClient(port: broker.port)
        let folder = try TemporaryFolder()
        try TestModel.write(to: folder.path("model.safetensors"), sensitivity: 0.1)
        let node = try TestNode(port: broker.port) {
            $0.pipeline.explain = true
            $0.modelPath = folder.path("model.safetensors")
        }
        let source = walk([WalkingFigure(id: "7")], topic: "robots/r1/skeletons", client: client)
        defer { source.cancel() }
        let topic = "robots/r1/people/7/emotion"
        let unread = try await client.log.first { $0.topic == topic }
        let fields = try #require(
            try JSONSerialization.jsonObject(with: Data(unread.payload)) as? [String: Any])
        #expect(fields["state"] as? String == "insufficient_data" && fields["explanation"] is NSNull)
        let emotion = try await client.log.first(EmotionMessage.self, on: topic) { $0.state == .ok }
        let shares = try #require(emotion.explanation)
        #expect(shares.count == 3 && shares.allSatisfy { $0.share > 0 })
        #expect(shares.map(\.share) == shares.map(\.share).sorted(by: >))
        #expect(shares.reduce(0) { $0 + $1.share } <= 1)
        #expect(Set(shares.map(\.joint)).isSubset(of: Joint.allCases.map(\.name)))
        try await node.stop()
    }

    @Test("without pipeline.explain the field is left out")
    func withoutExplanation() async throws {
        let broker = try TestBroker()
        let client = try TestClient(port: broker.port)
        let node = try TestNode(port: broker.port)
        let source = walk([WalkingFigure(id: "7")], topic: "robots/r1/skeletons", client: client)
        defer { source.cancel() }
        let message = try await client.log.first {
            $0.topic == "robots/r1/people/7/emotion"
                && String(decoding: $0.payload, as: UTF8.self).contains("\"ok\"")
        }
        #expect(!String(decoding: message.payload, as: UTF8.self).contains("explanation"))
        try await node.stop()
    }

    @Test("pipeline.explain with a linear SVM is refused by key, before anything is connected")
    func svm() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("svm.safetensors")
        try TestModel.writeSVM(to: path)
        let error = #expect(throws: GaitNodeError.self) {
            try TestNode(port: 1) {
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
        let broker = try TestBroker()
        let client = try TestClient(port: broker.port)
        let node = try TestNode(port: broker.port)
        let source = Task {
            var frame = 0
            while !Task.isCancelled {
                let body = WalkingFigure(id: "7").body(at: Double(frame) / 30)
                try? client.publish(
                    "robots/r1/cameras/front/skeletons", #"{"layout":"step16","bodies":[\#(body)]}"#)
                frame += 1
                try? await Task.sleep(for: .milliseconds(33))
            }
        }
        defer { source.cancel() }
        let emotion = try await client.log.first(
            EmotionMessage.self, on: "robots/r1/people/front-7/emotion"
        ) { $0.state == .ok }
        #expect(emotion.source == "front" && emotion.frameID == nil)
        #expect(abs(emotion.stamp - Date().timeIntervalSince1970) < 60)
        try await node.stop()
    }

    @Test("a person who leaves is taken from the list, and the retained emotion is cleared")
    func leaving() async throws {
        let broker = try TestBroker()
        let client = try TestClient(port: broker.port)
        let node = try TestNode(port: broker.port)
        let source = walk([WalkingFigure(id: "7")], topic: "robots/r1/skeletons", client: client)
        _ = try await client.log.first(EmotionMessage.self, on: "robots/r1/people/7/emotion")
        source.cancel()
        _ = try await client.log.first { $0.topic == "robots/r1/people/7/emotion" && $0.payload.isEmpty }
        _ = try await client.log.first(PeopleMessage.self, on: "robots/r1/people") { $0.people.isEmpty }
        // Whoever subscribes now is told nothing about the person.
        let late = try TestClient(port: broker.port)
        _ = try await late.log.first { $0.topic == "robots/r1/people" }
        #expect(!late.log.messages.contains { $0.topic.hasSuffix("/emotion") })
        try await node.stop()
    }

    @Test("only the configured robots are listened to")
    func robots() async throws {
        let broker = try TestBroker()
        let client = try TestClient(port: broker.port)
        let node = try TestNode(port: broker.port) { $0.robots = ["r2", "r3"] }
        let sources = ["r1", "r2"].map {
            walk([WalkingFigure(id: "7")], topic: "robots/\($0)/skeletons", client: client)
        }
        defer {
            for source in sources { source.cancel() }
        }
        _ = try await client.log.first { $0.topic == "robots/r2/people/7/emotion" }
        let health = try await client.log.first(HealthMessage.self, on: "gaitd/n1/health") {
            !$0.sources.isEmpty
        }
        #expect(health.sources.keys.sorted() == ["r2/skeletons"])
        #expect(!client.log.messages.contains { $0.topic == "robots/r1/people" })
        try await node.stop()
    }
}

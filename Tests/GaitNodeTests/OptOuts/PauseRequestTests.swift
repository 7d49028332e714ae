import Foundation
import Messaging
import Storage
import TestSupport
import Testing

@testable import GaitNode

@Suite("Pause and resume at a real broker")
struct PauseRequestTests {
    @Test("a paused person is neither classified nor stored, the others are, also after a restart")
    func person() async throws {
        let setup = try await TrainingNode(gaits: 0)
        let client = setup.client
        let walker = walk(
            [WalkingFigure(id: "7"), WalkingFigure(id: "8", place: 2)], topic: "robots/r1/skeletons",
            client: client)
        defer { walker.cancel() }
        for id in ["7", "8"] { try await expectEmotion(of: id, client: client) }
        let answer = try await client.ask("pause", #"{"robot": "r1", "person": "7"}"#)
        let afterwards = client.log.messages.count
        #expect(answer.status == .ok && answer.data?["lasting"] == .boolean(true))
        #expect(answer.data?["paused"]?["people"]?.elements.count == 1)
        let label = try await client.ask("label", #"{"robot": "r1", "person": "7", "emotion": "sad"}"#)
        #expect(label.error == "paused")
        try await expectEmotion(of: "8", from: afterwards, client: client)
        _ = try await client.log.first(HealthMessage.self, on: "gaitd/n1/health", from: afterwards) {
            $0.paused.people == 1 && $0.people == 1 && $0.sources["r1/skeletons"]?.dropped["paused"] ?? 0 > 0
        }
        try await setup.node.stop()
        expectSilence(about: "7", from: afterwards, client: client)

        let next = try await TrainingNode(gaits: 0, folder: setup.folder)
        let second = walk(
            [WalkingFigure(id: "7"), WalkingFigure(id: "8", place: 2)], topic: "robots/r1/skeletons",
            client: next.client)
        defer { second.cancel() }
        try await expectEmotion(of: "8", client: next.client)
        expectSilence(about: "7", from: 0, client: next.client)
        _ = try await next.client.ask("resume", #"{"robot": "r1", "person": "7"}"#)
        try await expectEmotion(of: "7", client: next.client)
        // What was seen during the pause is not there to be labelled.
        try await next.node.stop()
        #expect(try GaitStore(path: setup.storePath, creating: false).pauses().isEmpty)
    }

    @Test("a paused robot's people leave at once; a paused node reads nobody and does not retrain")
    func robotAndNode() async throws {
        let setup = try await TrainingNode { $0.pipeline.personTimeout = 20 }
        let client = setup.client
        let first = walk([WalkingFigure(id: "7")], topic: "robots/r1/skeletons", client: client)
        let second = walk([WalkingFigure(id: nil)], topic: "robots/r2/skeletons", client: client)
        defer {
            first.cancel()
            second.cancel()
        }
        try await expectEmotion(of: "7", client: client)
        try await expectEmotion(of: "t1", robot: "r2", client: client)
        _ = try await client.ask("pause", #"{"robot": "r1"}"#)
        var afterwards = client.log.messages.count
        try await expectEmotion(of: "t1", robot: "r2", from: afterwards, client: client)
        expectSilence(about: "7", from: afterwards, client: client)
        let late = try TestClient(port: setup.broker.port)
        let people = try await late.log.first(PeopleMessage.self, on: "robots/r1/people")
        #expect(people.people.isEmpty)
        #expect(!late.log.messages.contains { $0.topic == "robots/r1/people/7/emotion" && $0.retained })

        _ = try await client.ask("pause")
        afterwards = client.log.messages.count
        #expect(try await client.ask("retrain").error == "paused")
        _ = try await client.ask("resume", #"{"robot": "r1"}"#)
        _ = try await client.log.first(HealthMessage.self, on: "gaitd/n1/health", from: afterwards) {
            $0.paused == HealthMessage.OptOuts(node: true) && $0.people == 0
        }
        #expect(
            !client.log.messages[afterwards...].contains {
                $0.topic.hasSuffix("/emotion") && !$0.payload.isEmpty
            })
        afterwards = client.log.messages.count
        _ = try await client.ask("resume")
        try await expectEmotion(of: "7", from: afterwards, client: client)
        // Followed meanwhile, and so still the same.
        _ = try await client.log.first(PeopleMessage.self, on: "robots/r2/people", from: afterwards) {
            !$0.people.isEmpty
        }
        try await setup.node.stop()
    }

    @Test("somebody whom the node itself named is paused for this run, and keeps the name")
    func tracked() async throws {
        let setup = try await TrainingNode(gaits: 0) { $0.pipeline.personTimeout = 20 }
        let client = setup.client
        let walker = walk([WalkingFigure(id: nil)], topic: "robots/r1/skeletons", client: client)
        defer { walker.cancel() }
        try await expectEmotion(of: "t1", client: client)
        let answer = try await client.ask("pause", #"{"robot": "r1", "person": "t1"}"#)
        #expect(answer.status == .ok && answer.data?["lasting"] == .boolean(false))
        let afterwards = client.log.messages.count
        for _ in 0..<2 {
            _ = try await client.log.first(
                HealthMessage.self, on: "gaitd/n1/health", from: client.log.messages.count
            ) { $0.people == 0 }
        }
        #expect(!client.log.messages[afterwards...].contains { $0.topic.hasSuffix("/emotion") })
        _ = try await client.ask("resume", #"{"robot": "r1", "person": "t1"}"#)
        try await expectEmotion(of: "t1", from: afterwards, client: client)
        try await setup.node.stop()
    }

    @Test(
        "what names nobody is refused",
        arguments: [
            #"{"person": "7"}"#, #"{"robot": 1}"#, #"{"robot": "a/b"}"#, #"{"robot": "a", "person": "+"}"#,
        ])
    func refusals(json: String) async throws {
        let broker = try TestBroker()
        let client = try TestClient(port: broker.port)
        let node = try TestNode(port: broker.port)
        try await client.nodeIsOnline()
        for command in ["pause", "resume"] {
            let answer = try await client.ask(command, json)
            #expect(answer.error == "invalid_request", "\(answer)")
        }
        let unstored = try await client.ask("pause", #"{"robot": "r1"}"#)
        #expect(unstored.status == .ok && unstored.data?["lasting"] == .boolean(false))
        try await node.stop()
    }

    private func expectEmotion(
        of person: String, robot: String = "r1", from index: Int = 0, client: TestClient,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        _ = try await client.log.first(
            EmotionMessage.self, on: "robots/\(robot)/people/\(person)/emotion", from: index,
            sourceLocation: sourceLocation
        ) { $0.state == .ok }
    }

    private func expectSilence(
        about person: String, from index: Int, client: TestClient,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let spoken = client.log.messages[index...].filter { message in
            if message.topic == "robots/r1/people/\(person)/emotion" { return !message.payload.isEmpty }
            guard message.topic == "robots/r1/people",
                let list = try? PeopleMessage(decoding: message.payload)
            else { return false }
            return list.people.contains(person)
        }
        #expect(spoken.isEmpty, "\(spoken.map(\.topic))", sourceLocation: sourceLocation)
    }
}

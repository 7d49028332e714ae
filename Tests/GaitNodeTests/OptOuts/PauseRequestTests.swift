import Gait
import Messaging
import Storage
import TestSupport
import Testing

@testable import GaitNode

@Suite("Pause and resume at a real broker")
struct PauseRequestTests {
    @Test("a paused person is neither classified nor stored, the others are, also after a restart")
    func person() async throws {
        try await withTrainingNode(gaits: 0) { node, client in
            client.walk([WalkingFigure(id: "7"), WalkingFigure(id: "8", place: 2)])
            for id in ["7", "8"] { try await client.emotion(of: id) }
            let answer = try await client.ask("pause", #"{"robot": "r1", "person": "7"}"#)
            let afterwards = client.messages.count
            #expect(answer.status == .ok && answer.data?["lasting"] == .boolean(true))
            #expect(answer.data?["paused"]?["people"]?.elements.count == 1)
            let label = try await client.ask("label", #"{"robot": "r1", "person": "7", "emotion": "sad"}"#)
            #expect(label.error == "paused")
            try await client.emotion(of: "8", from: afterwards)
            try await client.health(from: afterwards) {
                $0.paused.people == 1 && $0.people == 1
                    && $0.sources["r1/skeletons"]?.dropped["paused"] ?? 0 > 0
            }
            try await node.stop()
            expectSilence(about: "7", from: afterwards, client: client)

            try await withTrainingNode(gaits: 0, folder: node.folder) { _, client in
                client.walk([WalkingFigure(id: "7"), WalkingFigure(id: "8", place: 2)])
                try await client.emotion(of: "8")
                expectSilence(about: "7", from: 0, client: client)
                try await client.ask("resume", #"{"robot": "r1", "person": "7"}"#)
                try await client.emotion(of: "7")
            }
            #expect(try GaitStore(path: node.storePath, creating: false).optOuts().isEmpty)
        }
    }

    @Test("a paused robot's people leave at once; a paused node reads no people and does not retrain")
    func robotAndNode() async throws {
        try await withTrainingNode(personTimeout: 20) { _, client in
            client.walk("7")
            client.walk(nil, robot: "r2")
            try await client.emotion(of: "7")
            try await client.emotion(of: "t1", robot: "r2")
            try await client.ask("pause", #"{"robot": "r1"}"#)
            var afterwards = client.messages.count
            try await client.emotion(of: "t1", robot: "r2", from: afterwards)
            expectSilence(about: "7", from: afterwards, client: client)
            try await withClient(port: client.port) { late in
                let people = try await late.people()
                #expect(people.isEmpty)
                #expect(!late.messages.contains { $0.topic == "robots/r1/people/7/emotion" && $0.retained })
            }

            try await client.ask("pause")
            afterwards = client.messages.count
            #expect(try await client.ask("retrain").error == "paused")
            try await client.ask("resume", #"{"robot": "r1"}"#)
            try await client.health(from: afterwards) {
                $0.paused == HealthMessage.OptOuts(node: true) && $0.people == 0
            }
            #expect(
                !client.messages[afterwards...].contains {
                    $0.topic.hasSuffix("/emotion") && !$0.payload.isEmpty
                })
            afterwards = client.messages.count
            try await client.ask("resume")
            try await client.emotion(of: "7", from: afterwards)
            // Followed meanwhile, and so still the same.
            try await client.people(of: "r2", from: afterwards) { !$0.isEmpty }
        }
    }

    @Test("a person that the node itself named is paused for this run, and keeps the name")
    func tracked() async throws {
        try await withTrainingNode(gaits: 0, personTimeout: 20) { _, client in
            client.walk(nil)
            try await client.emotion(of: "t1")
            let answer = try await client.ask("pause", #"{"robot": "r1", "person": "t1"}"#)
            #expect(answer.status == .ok && answer.data?["lasting"] == .boolean(false))
            let afterwards = client.messages.count
            for _ in 0..<2 { try await client.health(from: client.messages.count) { $0.people == 0 } }
            #expect(!client.messages[afterwards...].contains { $0.topic.hasSuffix("/emotion") })
            try await client.ask("resume", #"{"robot": "r1", "person": "t1"}"#)
            try await client.emotion(of: "t1", from: afterwards)
        }
    }

    @Test("a pause that names no one is refused")
    func refusals() async throws {
        try await withNode { _, client in
            for json in [
                #"{"person": "7"}"#, #"{"robot": 1}"#, #"{"robot": "a/b"}"#,
                #"{"robot": "a", "person": "+"}"#,
            ] {
                for command in ["pause", "resume"] {
                    let answer = try await client.ask(command, json)
                    #expect(answer.error == "invalid_request", "\(answer)")
                }
            }
            let unstored = try await client.ask("pause", #"{"robot": "r1"}"#)
            #expect(unstored.status == .ok && unstored.data?["lasting"] == .boolean(false))
        }
    }

    private func expectSilence(
        about person: String, from index: Int, client: TestClient,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let spoken = client.messages[index...].filter { message in
            if message.topic == "robots/r1/people/\(person)/emotion" { return !message.payload.isEmpty }
            guard message.topic == "robots/r1/people",
                let list = try? PeopleMessage(decoding: message.payload)
            else { return false }
            return list.people.contains(person)
        }
        #expect(spoken.isEmpty, "\(spoken.map(\.topic))", sourceLocation: sourceLocation)
    }
}

import Gait
import Messaging
import TestSupport
import Testing

@testable import GaitNode

@Suite("JSON schemas")
struct JSONSchemaTests {
    @Test("every message of a node's day is what its schema says")
    func endToEnd() async throws {
        try await withTrainingNode(
            script: """
                echo '{"state":"running","stage":"classifier","progress":0.5,"epoch":1,"epochs":2,"loss":0.3}'
                echo '{"state":"rejected","reason":"not better","metrics":{"gain":0.1},"model":4}'
                """, gaits: 3
        ) {
            ($0.pipeline.explain, $0.pipeline.personTimeout) = (true, 60)
        } test: { node, client in
            client.walk([WalkingFigure(id: "7"), WalkingFigure(id: nil, isWalking: false, place: 2)])
            try await client.emotion(of: "7")
            try await client.emotion(of: "t1") { $0.state == .notWalking }
            for (command, json) in [
                ("label", #"{"robot": "r1", "person": "7", "emotion": "sad", "transaction": "a"}"#),
                ("labels", #"{"labels": [{"robot": "r1", "person": "7", "emotion": "sad"}, {}]}"#),
                ("label", "{}"), ("forget", #"{"gait": 1}"#), ("info", ""), ("health", "{}"),
                ("model/list", "{}"), ("model/activate", #"{"version": 99}"#), ("model/rollback", "{}"),
                ("retrain/cancel", "{}"), ("pause", #"{"robot": "r1", "person": "7"}"#), ("resume", "{}"),
                ("nonsense", "{}"),
            ] { try await client.ask(command, json) }
            try await client.retrain()
            try await client.training { $0.state.isOver }
            try client.publish("robots/r1/skeletons", "{")
            try await client.health {
                $0.sources["r1/skeletons"]?.rejected["malformed_json"] == 1 && $0.paused.people == 1
            }
            try await node.stop()
            try await client.state(.stopped)

            let messages = client.messages.filter { $0.payload != Array("{".utf8) }
            let counts = try PublishedMessages(messages).counts
            for name in ["emotion", "people", "state", "info", "health", "training", "response", "skeletons"]
            { #expect(counts[name, default: 0] > 0, "\(name)") }
        }
    }

    @Test(
        "what no message may be is refused",
        arguments: [
            ("state", #"{"state": "away"}"#), ("state", "{}"), ("state", #"{"state": "online", "a": 1}"#),
            ("people", #"{"stamp": 1, "node": "n1", "people": ["a/b"]}"#),
            ("people", #"{"stamp": "1", "node": "n1", "people": []}"#),
            (
                "response",
                #"{"status": "ok", "data": null, "error": "x", "message": null, "transaction": null}"#
            ),
            ("skeletons", #"{"bodies": []}"#), ("skeletons", #"{"layout": "step17", "bodies": []}"#),
            ("skeletons", #"{"layout": "step16", "bodies": [{"id": "a b", "joints": []}]}"#),
            ("skeletons", #"{"layout": "step16", "bodies": [{"joints": [[1, 2]]}]}"#),
            ("skeletons", #"{"layout": "step16", "origin": "image", "bodies": []}"#),
            ("skeletons", #"{"layout": "step16", "units": "px", "bodies": []}"#),
            (
                "skeletons",
                #"{"layout": "step16", "origin": "image", "image": {"width": 0, "height": 9}, "bodies": []}"#
            ),
            ("training", #"{"job": 1.5}"#), ("health", "{}"), ("info", "[]"), ("emotion", "1"),
        ])
    func refusals(name: String, json: String) throws {
        #expect(try !JSONSchema(name).faults(in: Array(json.utf8)).isEmpty)
    }

    @Test("an emotion that contradicts its state is refused")
    func contradiction() throws {
        let schema = try JSONSchema("emotion")
        var message = EmotionMessage(
            stamp: 1, node: "n1", robot: "r1", person: "7", source: "skeletons", state: .uncertain,
            confidence: 0.4, probabilities: ["angry": 0.4, "happy": 0.2, "neutral": 0.2, "sad": 0.2],
            valence: 0, arousal: 0, window: nil,
            model: EmotionMessage.Model(name: "step", version: 1, sha256: ""), latencyMilliseconds: 1)
        #expect(try schema.faults(in: message.encoded()).isEmpty)
        message.emotion = "happy"
        #expect(try !schema.faults(in: message.encoded()).isEmpty)
        message.state = .ok
        #expect(try schema.faults(in: message.encoded()).isEmpty)
        message.state = .notWalking
        #expect(try !schema.faults(in: message.encoded()).isEmpty)
    }

    @Test("every command has a schema of its own, and every schema a command")
    func commands() throws {
        let schema = try JSONSchema("request")
        #expect(schema.definitions == RequestRouter.Command.allCases.map(\.rawValue).sorted())
        for (command, json, isAllowed) in [
            ("pause", "{}", true), ("pause", #"{"person": "7"}"#, false),
            ("pause", #"{"robot": "r1", "person": "7"}"#, true), ("label", #"{"emotion": "sad"}"#, false),
            ("label", #"{"robot": "r1", "person": "7", "emotion": "sad", "transaction": 1}"#, true),
            ("labels", #"{"labels": [{"robot": "r1", "person": "7", "emotion": "sad"}]}"#, true),
            ("forget", "{}", false), ("forget", #"{"person": "7", "retrain": true}"#, true),
            ("retrain", #"{"epochs": 0}"#, false), ("retrain", #"{"budget_s": 300}"#, true),
            ("model/activate", "{}", false), ("model/activate", #"{"version": 2}"#, true),
            ("health", #"{"transaction": {}}"#, false),
        ] {
            let faults = try schema.faults(in: Array(json.utf8), definition: command)
            #expect(faults.isEmpty == isAllowed, "\(command) \(json): \(faults)")
        }
    }
}

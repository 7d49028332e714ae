import Foundation
import Gait
import GaitModels
import TestSupport
import Testing

@Suite("gaitctl classify")
struct ClassifyCommandTests {
    private let files: WalkFiles
    private let model: String

    init() async throws {
        files = try WalkFiles()
        model = try await files.model()
    }

    @Test("every window of a data set is classified, and its probabilities add up to 1")
    func dataset() async throws {
        let object = try await Tool.run(
            "classify --model \(model) --dataset \(files.dataset()) --json"
        ).object()
        let windows = try #require(object["windows"] as? [[String: Any]])
        #expect(windows.count == 16)
        for window in windows {
            let probabilities = try #require(window["probabilities"] as? [String: Double])
            #expect(abs(probabilities.values.reduce(0, +) - 1) < 1e-4)
            let emotion = try #require(window["emotion"] as? String)
            #expect(probabilities[emotion] == probabilities.values.max())
            #expect(window["walking"] as? Bool == true)
            #expect(window["start"] as? Double == 0)
        }
        try expectCounted(object)
        #expect((object["model"] as? [String: Any])?["sha256"] is String)
    }

    @Test("everyone in a recording is classified every so many seconds, from its beginning on")
    func recording() async throws {
        let path = try files.recording(seconds: 6.1)
        let object = try await Tool.run(
            "classify --model \(model) --recording \(path) --every 1 --json"
        ).object()
        let windows = try #require(object["windows"] as? [[String: Any]])
        let names = Set(windows.compactMap { $0["name"] as? String })
        #expect(names == ["r1/1", "r1/2"])
        for name in names {
            let starts = windows.filter { $0["name"] as? String == name }.compactMap {
                $0["start"] as? Double
            }
            #expect(starts.count >= 3 && starts.allSatisfy { (-1.1...4).contains($0) }, "\(starts)")
            #expect(zip(starts, starts.dropFirst()).allSatisfy { abs($1 - $0 - 1) < 0.05 }, "\(starts)")
        }
        #expect((object["rejected"] as? [String: Int])?.isEmpty == true)
        try expectCounted(object)
    }

    /// Expects a report's counts to be those of its windows' states.
    private func expectCounted(_ report: [String: Any]) throws {
        let states = try #require(report["states"] as? [String: Int])
        let windows = try #require(report["windows"] as? [[String: Any]])
        for state in ["ok", "uncertain", "not_walking"] {
            #expect(states[state] == windows.count { $0["state"] as? String == state }, "\(states)")
        }
        #expect(states["insufficient_data"] != nil)
    }

    @Test("windows below the model's confidence are counted as uncertain, people who stand as not walking")
    func states() async throws {
        let path = try files.recording(seconds: 6.1)
        let file = try ModelFile(contentsOf: model)
        var unsure = file.model
        unsure.description.minimumConfidence = 1
        let unsurePath = files.folder.path("unsure.safetensors")
        try unsure.write(to: unsurePath)
        let object = try await Tool.run("classify --model \(unsurePath) --recording \(path) --json").object()
        let states = try #require(object["states"] as? [String: Int])
        let windows = try #require(object["windows"] as? [[String: Any]])
        #expect(states["ok"] == 0 && states["uncertain"] == windows.count && !windows.isEmpty, "\(states)")
    }

    @Test("lines, messages and bodies that cannot be read are counted by reason, and the others go on")
    func rejected() async throws {
        let topic = #""topic":"robots/r1/skeletons","at":1"#
        let path = try files.recording(
            seconds: 4,
            more: [
                "{", "[]", #"{"topic":"robots/r1/other","at":1,"payload":{}}"#, "{\(topic)}",
                #"{\#(topic),"payload":{"layout":"cube","bodies":[]}}"#,
                #"{\#(topic),"payload":{"layout":"step16","bodies":[{"joints":[]}]}}"#,
            ])
        let object = try await Tool.run("classify --model \(model) --recording \(path) --json").object()
        #expect((object["windows"] as? [Any])?.isEmpty == false)
        let rejected = try #require(object["rejected"] as? [String: Int])
        #expect(rejected["malformed_line"] == 2)
        // A recording may hold emotions beside the skeletons.
        #expect(rejected["other_topic"] == nil)
        #expect(rejected["no_payload"] == 1)
        #expect(rejected.values.reduce(0, +) == 5, "\(rejected)")
    }

    @Test("a recording that is missing, empty or too short is a failure that names it")
    func unusable() async throws {
        let empty = try files.folder.write("empty.jsonl", "")
        let binary = try files.folder.write("binary.jsonl", Data([0xFF, 0xFE, 0, 1]))
        for (path, word) in [
            ("/nowhere.jsonl", "cannot be read"), (empty, "no whole window"), (binary, "malformed_line: 1"),
            (files.folder.path, "cannot be read"), (try files.recording(seconds: 0.5), "no whole window"),
        ] {
            try await Tool.run("classify --model \(model) --recording \(path) --json")
                .expectFailure(1, saying: path, word)
        }
    }

    @Test("a missing model is wrong configuration")
    func refused() async throws {
        try await Tool.run("classify --model /nowhere --recording /nowhere")
            .expectFailure(78, saying: "/nowhere")
    }
}

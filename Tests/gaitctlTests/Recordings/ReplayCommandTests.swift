import Foundation
import Gait
import Messaging
import TestSupport
import Testing

@Suite("gaitctl replay", .broker)
struct ReplayCommandTests {
    /// By default mosquitto drops what waits beyond 1000 messages for a slow subscriber.
    private static let settings = ["max_queued_messages 0"]
    private let files: WalkFiles

    init() throws { files = try WalkFiles() }

    private func stamps(_ messages: [MQTTMessage]) throws -> [Double] {
        try messages.map { message in
            var skeletons = SkeletonMessage()
            try skeletons.decode(message.payload)
            return try #require(skeletons.stamp)
        }
    }

    @Test("a recording is published as it is, in order; damaged lines and other topics are counted")
    func recording() async throws {
        try await withBroker(settings: Self.settings) { broker, client in
            let path = try files.recording(
                seconds: 1,
                more: ["{", #"{"topic":"robots/r1/people/1/emotion","at":1,"payload":{}}"#, "[]"])
            let result = try await Tool.run("replay \(path) --rate 20 --json", at: broker)
            let object = try result.object()
            #expect(object["messages"] as? Int == 30)
            #expect(object["other_topics"] as? Int == 1)
            #expect(object["lost"] as? Int == 0)
            #expect(result.errors.contains("malformed_line: 2 (lines 31, 33)"), "\(result.errors)")
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let recorded = text.split(separator: "\n").prefix(30).map {
                String($0[($0.range(of: #""payload":"#)?.upperBound ?? $0.endIndex)...].dropLast())
            }
            let messages = try await client.first(30) { $0.topic.hasSuffix("/skeletons") }
            #expect(messages.map { String(decoding: $0.payload, as: UTF8.self) } == recorded)
            #expect(messages.allSatisfy { $0.topic == "robots/r1/skeletons" })
        }
    }

    @Test("as fast as the broker takes it nothing is lost, more than what may wait")
    func fast() async throws {
        try await withBroker(settings: Self.settings) { broker, client in
            let path = try files.recording(seconds: 60)
            let object = try await Tool.run(
                "replay \(path) --rate max --topic-prefix lab --robot x --json", at: broker
            ).object()
            #expect(object["messages"] as? Int == 1800 && object["lost"] as? Int == 0)
            let messages = try await client.first(1800) { $0.topic.hasSuffix("/skeletons") }
            #expect(messages.allSatisfy { $0.topic == "lab/x/skeletons" })
            let stamps = try stamps(messages)
            #expect(stamps == stamps.sorted())
        }
    }

    @Test("restamped, stamps begin now and go on from pass to pass, at the recording's distances")
    func loop() async throws {
        try await withBroker(settings: Self.settings) { broker, client in
            let path = try files.recording(seconds: 0.2, stamp: 1000)
            let run = try Tool.start("replay \(path) --loop --restamp", at: broker)
            let stamps = try stamps(await client.first(20) { $0.topic.hasSuffix("/skeletons") })
            run.process.send(SIGINT)
            #expect(run.process.exitCode(within: 20) == 0)
            #expect(run.output.hasPrefix("messages="))
            // Of the wall clock, and not of the recording.
            #expect(stamps[0] > 1_000_000_000)
            #expect(
                zip(stamps, stamps.dropFirst()).allSatisfy { abs($1 - $0 - 1.0 / 30) < 1e-4 }, "\(stamps)")
        }
    }

    @Test("a data set's gaits walk as they are, each under its key")
    func dataset() async throws {
        try await withBroker(settings: Self.settings) { broker, client in
            let dataset = try files.dataset(emotions: [.happy, .sad], recordings: 1)
            let object = try await Tool.run(
                "replay --dataset \(dataset) --concurrent 2 --fps 240 --robot r5 --layout blazepose33 --json",
                at: broker
            ).object()
            #expect(object["gaits"] as? Int == 2 && object["messages"] as? Int == 80)
            let messages = try await client.first(80) { $0.topic.hasSuffix("/skeletons") }
            var skeletons = SkeletonMessage()
            try skeletons.decode(messages[0].payload)
            #expect(messages[0].topic == "robots/r5/skeletons")
            #expect(skeletons.layout == .blazepose33)
            #expect(skeletons.bodies.map(\.id) == ["happy-0", "sad-0"])
            let stamps = try stamps(messages)
            #expect(zip(stamps, stamps.dropFirst()).allSatisfy { abs($1 - $0 - 1.0 / 240) < 1e-4 })
        }
    }

    @Test("what cannot be replayed is a failure that says why")
    func failures() async throws {
        try await withBroker(settings: Self.settings) { broker in
            let empty = try files.folder.write("empty.jsonl", "")
            let damaged = try files.folder.write("damaged.jsonl", "{\n[\n")
            let other = try files.folder.write(
                "other.jsonl", #"{"topic":"a/r1/skeletons","at":0,"payload":{}}"#)
            let dataset = try files.dataset(recordings: 1)
            for (arguments, words) in [
                (["/nowhere.jsonl"], ["/nowhere.jsonl cannot be read"]), ([empty], ["it is empty"]),
                ([damaged], ["malformed_line: 2 (lines 1, 2)"]),
                ([other], ["1 messages are on other topics"]), (["--dataset", "/nowhere"], ["no such file"]),
                (["--dataset", dataset, "--gait", "walk"], ["no gait \"walk\"", "angry-0"]),
            ] {
                try await Tool.run(["replay"] + arguments + broker.options).expectFailure(1, saying: words)
            }
        }
    }
}

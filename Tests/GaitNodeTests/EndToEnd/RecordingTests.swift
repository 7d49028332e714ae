import Foundation
import Gait
import Messaging
import TestSupport
import Testing

@testable import GaitNode

@Suite("A recording, offline and over a real broker")
struct RecordingTests {
    private static let topics = ["robots/r1/skeletons", "robots/r1/cameras/door/skeletons"]

    /// Two people of two sources, one of them without an id, at ten frames a second. The robot's clock is far from ours.
    private static let messages: [(topic: String, at: Double, payload: String)] = (0..<60).flatMap { frame in
        let time = Double(frame) / 10
        return zip(topics, ["7", nil]).map { topic, id in
            let payload = WalkingFigure.message([WalkingFigure(id: id)], at: time, stamp: 5000 + time)
            return (topic, time, payload)
        }
    }

    /// What is compared of a window.
    private struct Row {
        let name: String
        /// Seconds since the recording's beginning.
        let start: Double
        let emotion: String
        let probabilities: [String: Double]
    }

    @Test("gaitctl classify and the daemon read the same emotions in the same windows")
    func agreement() async throws {
        let folder = try TemporaryFolder()
        let model = folder.path("model.safetensors")
        try TestModel.write(to: model, sensitivity: 0.1)
        let offline = try await classify(folder, model: model)
        let online = try await publish(model: model)
        #expect(Set(offline.map(\.name)) == ["r1/7", "r1/door-t1"])
        for name in ["r1/7", "r1/door-t1"] { #expect(online.contains { $0.name == name }) }
        for row in online {
            let twin = try #require(
                offline.first { $0.name == row.name && abs($0.start - row.start) < 1e-3 }, "\(row)")
            #expect(twin.emotion == row.emotion)
            for (label, probability) in row.probabilities {
                #expect(abs((twin.probabilities[label] ?? -1) - probability) < 1e-4)
            }
        }
    }

    /// The windows of `gaitctl classify --recording`.
    private func classify(_ folder: TemporaryFolder, model: String) async throws -> [Row] {
        let lines = try Self.messages.map {
            try RecordedMessage(topic: $0.topic, at: $0.at, payload: Array($0.payload.utf8)).line()
        }
        let recording = try folder.write("walk.jsonl", Data(lines.joined()))
        let run = try ProgramRun(
            ProgramRun.built("gaitctl"),
            ["classify", "--recording", recording, "--model", model, "--every", "0.1", "--json"])
        try #require(run.process.wait() == 0, "\(run.errors)")
        let report = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
        #expect((report?["rejected"] as? [String: Int])?.isEmpty == true)
        return try #require(report?["windows"] as? [[String: Any]]).map { window in
            Row(
                name: try #require(window["name"] as? String),
                start: try #require(window["start"] as? Double),
                emotion: try #require(window["emotion"] as? String),
                probabilities: try #require(window["probabilities"] as? [String: Double]))
        }
    }

    /// The whole windows that a node reads of the same messages, without smoothing.
    private func publish(model: String) async throws -> [Row] {
        var messages: [MQTTMessage] = []
        try await withNode(
            personTimeout: 60,
            {
                $0.modelPath = model
                $0.pipeline.smoothing = 0
                $0.pipeline.minimumConfidence = 0
            },
            test: { _, client in
                try await client.state(.online)
                for message in Self.messages {
                    try client.publish(message.topic, message.payload)
                    try await Task.sleep(for: .milliseconds(10))
                }
                for person in ["7", "door-t1"] {
                    try await client.emotion(of: person) {
                        $0.probabilities != nil && ($0.window?.start ?? 0) >= 5000
                    }
                }
                messages = client.messages
            })
        return messages.compactMap { message in
            guard let emotion = try? EmotionMessage(decoding: message.payload), let window = emotion.window,
                let label = emotion.emotion, window.start >= 5000 - 1e-6
            else { return nil }
            return Row(
                name: "r1/\(emotion.person)", start: window.start - 5000, emotion: label,
                probabilities: emotion.probabilities?.mapValues(Double.init) ?? [:])
        }
    }
}

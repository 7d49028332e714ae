import Foundation
import Gait
import Messaging
import Storage
import TestSupport
import Testing

@testable import GaitNode

@Suite("Retraining from labels to a better model", .timeLimit(.minutes(10)))
struct RetrainingTests {
    /// As the configuration has it, which takes minutes, or without a generator and with few epochs.
    private static let request =
        FuzzedProcess.isLong
        ? "{}" : #"{"epochs": 10, "augment": {"per_class": 0}}"#

    @Test("people whom the shipped model misreads are read right after their labels were trained on")
    func better() async throws {
        try await withTrainingNode(gaits: 0) {
            $0.modelPath = PackageFolder.classifier
            $0.modelGenerator = PackageFolder.path("config/models/step-gen-default.safetensors")
            $0.retrain.program = nil
            $0.retrain.minimumGaitsPerClass = 30
            $0.pipeline.classifyEvery = 0.5
            $0.pipeline.personTimeout = 1
            $0.pipeline.maximumPeople = 128
        } test: { _, client in
            let first = try await Self.read(SimulatedPeople(perEmotion: 10, seed: 9000), client)
            #expect(Double(first.right) < 0.5 * Double(first.all), "\(first) are read right before")
            for group in 0..<4 {
                let people = SimulatedPeople(perEmotion: 10, seed: UInt64(1000 + 100 * group))
                _ = try await Self.read(people, client)
                let labels = people.people.map {
                    #"{"robot":"r1","person":"\#($0.id)","emotion":"\#($0.emotion.rawValue)","annotator":"test"}"#
                }
                let answer = try await client.ask(
                    "labels", #"{"labels":[\#(labels.joined(separator: ","))]}"#)
                #expect(answer.status == .ok, "\(answer)")
            }
            let job = try await client.retrain(Self.request)
            let end = try await client.training(within: 400) { $0.job == job && $0.state.isOver }
            try #require(end.state == .succeeded, "\(end)")
            let stages = Set(
                client.messages.filter { $0.topic == "gaitd/n1/training" }
                    .compactMap { try? TrainingMessage(decoding: $0.payload).stage })
            #expect(stages.contains(.classifier), "\(stages)")
            let after = try await Self.read(SimulatedPeople(perEmotion: 10, seed: 5000), client)
            #expect(Double(after.right) >= 0.8 * Double(after.all), "\(after) are read right afterwards")
            #expect(after.version == end.model && after.version != first.version)
            let health = try await client.health(from: client.messages.count)
            #expect(
                health.mqtt.dropped.isEmpty && health.sources["r1/skeletons"]?.dropped.isEmpty == true,
                "\(health)")
        }
    }

    /// Lets people walk for four seconds, or until everybody has been read on a machine that is busy, and counts whose
    /// last emotion is what they feel.
    private static func read(
        _ people: SimulatedPeople, _ client: TestClient
    ) async throws -> (right: Int, all: Int, version: Int) {
        let before = client.messages.count
        var last: [String: EmotionMessage] = [:]
        try await people.walk(before: client, frames: 900) { frame in
            guard frame >= 120, frame % 30 == 0 else { return false }
            last = emotions(from: before, client)
            return people.people.allSatisfy { last[$0.id]?.window != nil }
        }
        let right = people.people.count { person in
            let probabilities = last[person.id]?.probabilities ?? [:]
            return probabilities.max { $0.value < $1.value }?.key == person.emotion.rawValue
        }
        return (right, people.people.count, last.values.map(\.model.version).max() ?? 0)
    }

    /// Everybody's last emotion.
    private static func emotions(from index: Int, _ client: TestClient) -> [String: EmotionMessage] {
        var last: [String: EmotionMessage] = [:]
        for message in client.messages.dropFirst(index) where message.topic.hasSuffix("/emotion") {
            guard let emotion = try? EmotionMessage(decoding: message.payload) else { continue }
            last[emotion.person] = emotion
        }
        return last
    }
}

@Suite("Emotions while a model is trained", .timeLimit(.minutes(10)))
struct LatencyBesideTrainingTests {
    @Test(
        "come within twice the time or 20 ms at the 99th percentile",
        .enabled(if: FuzzedProcess.isLong, "measured for a minute in the long run"))
    func latency() async throws {
        try await withTrainingNode(gaits: 36) {
            $0.modelPath = PackageFolder.classifier
            $0.retrain.program = nil
            $0.pipeline.classifyEvery = 0.5
        } test: { _, client in
            let idle = try await Self.latencies(seconds: 25, client)
            let job = try await client.retrain(#"{"epochs": 10000, "augment": {"per_class": 0}}"#)
            try await client.training { $0.job == job && $0.epoch != nil }
            let training = try await Self.latencies(seconds: 25, client)
            #expect(try await client.ask("retrain/cancel").status == .ok)
            let limit = max(2 * Self.percentile99(idle), 20)
            #expect(idle.count > 300 && training.count > 300, "\(idle.count) and \(training.count)")
            #expect(
                Self.percentile99(training) <= limit, "\(Self.percentile99(training)) ms, at most \(limit)")
        }
    }

    /// Lets twelve people walk, and gives the latencies of their emotions, milliseconds.
    private static func latencies(seconds: Int, _ client: TestClient) async throws -> [Double] {
        let people = SimulatedPeople(perEmotion: 3, seed: 100)
        let before = client.messages.count
        try await people.walk(before: client, frames: 30 * seconds) { _ in false }
        return client.messages.dropFirst(before).compactMap { message in
            guard message.topic.hasSuffix("/emotion"),
                let emotion = try? EmotionMessage(decoding: message.payload), emotion.probabilities != nil
            else { return nil }
            return emotion.latencyMilliseconds
        }
    }

    private static func percentile99(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? .infinity : sorted[min(sorted.count * 99 / 100, sorted.count - 1)]
    }
}

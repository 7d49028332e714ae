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
        ProcessInfo.processInfo.environment["GAITD_LONG_TESTS"] != nil
        ? "{}" : #"{"epochs": 10, "augment": {"per_class": 0}}"#

    @Test("people whom the shipped model misreads are read right after their labels were trained on")
    func better() async throws {
        let setup = try await TrainingNode(gaits: 0) { configuration in
            configuration.modelPath = PackageFolder.path("config/models/step-default.safetensors")
            configuration.modelGenerator = PackageFolder.path(
                "config/models/step-gen-default.safetensors")
            configuration.retrain.program = nil
            configuration.retrain.minimumGaitsPerClass = 30
            configuration.pipeline.classifyEvery = 0.5
            configuration.pipeline.personTimeout = 1
            configuration.pipeline.maximumPeople = 128
        }
        let first = try await Self.read(SimulatedPeople(perEmotion: 10, seed: 9000), robot: "r1", setup)
        #expect(Double(first.right) < 0.5 * Double(first.all), "\(first) are read right before")
        for group in 0..<4 {
            let people = SimulatedPeople(perEmotion: 10, seed: UInt64(1000 + 100 * group))
            _ = try await Self.read(people, robot: "r1", setup)
            let labels = people.people.map {
                #"{"robot":"r1","person":"\#($0.id)","emotion":"\#($0.emotion.rawValue)","annotator":"test"}"#
            }
            let answer = try await setup.client.ask(
                "labels", #"{"labels":[\#(labels.joined(separator: ","))]}"#)
            #expect(answer.status == .ok, "\(answer)")
        }
        let start = Arrival.monotonicSeconds()
        let job = try await setup.retrain(Self.request)
        #expect(Arrival.monotonicSeconds() - start < 1)
        let end = try await setup.client.training(within: 400) { $0.job == job && $0.state.isFinal }
        let seconds = Arrival.monotonicSeconds() - start
        try #require(end.state == .succeeded, "\(end)")
        #expect(seconds < 300, "\(seconds) s")
        let stages = Set(
            setup.client.log.messages.filter { $0.topic == "gaitd/n1/training" }
                .compactMap { try? TrainingMessage(decoding: $0.payload).stage })
        #expect(stages.contains(.classifier), "\(stages)")
        let after = try await Self.read(SimulatedPeople(perEmotion: 10, seed: 5000), robot: "r1", setup)
        #expect(Double(after.right) >= 0.8 * Double(after.all), "\(after) are read right afterwards")
        #expect(Double(after.version) == end.model?.number && after.version != first.version)
        let health = try await setup.client.log.first(
            HealthMessage.self, on: "gaitd/n1/health", from: setup.client.log.messages.count)
        #expect(
            health.mqtt.dropped.isEmpty && health.sources["r1/skeletons"]?.dropped.isEmpty == true,
            "\(health)")
        try await setup.node.stop()
    }

    /// Lets people walk for four seconds, or until everybody has been read on a machine that is busy, and counts whose
    /// last emotion is what they feel.
    private static func read(
        _ people: SimulatedPeople, robot: String, _ setup: TrainingNode
    ) async throws -> (right: Int, all: Int, version: Int) {
        let before = setup.client.log.messages.count
        let start = Arrival.monotonicSeconds()
        var last: [String: EmotionMessage] = [:]
        for frame in 0..<900 {
            let time = Double(frame) / 30
            try setup.client.publish(
                "robots/\(robot)/skeletons", people.message(at: time, stamp: start + time))
            let wait = start + time - Arrival.monotonicSeconds()
            if wait > 0 { try await Task.sleep(for: .seconds(wait)) }
            guard frame >= 120, frame % 30 == 0 else { continue }
            last = emotions(from: before, setup)
            if people.people.allSatisfy({ last[$0.id]?.window != nil }) { break }
        }
        let right = people.people.count { person in
            let probabilities = last[person.id]?.probabilities ?? [:]
            return probabilities.max { $0.value < $1.value }?.key == person.emotion.rawValue
        }
        return (right, people.people.count, last.values.map(\.model.version).max() ?? 0)
    }

    /// Everybody's last emotion.
    private static func emotions(from index: Int, _ setup: TrainingNode) -> [String: EmotionMessage] {
        var last: [String: EmotionMessage] = [:]
        for message in setup.client.log.messages.dropFirst(index) where message.topic.hasSuffix("/emotion") {
            guard let emotion = try? EmotionMessage(decoding: message.payload) else { continue }
            last[emotion.person] = emotion
        }
        return last
    }
}

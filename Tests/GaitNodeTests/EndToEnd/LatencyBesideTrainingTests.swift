import Foundation
import Messaging
import TestSupport
import Testing

@testable import GaitNode

@Suite("Emotions while a model is trained", .timeLimit(.minutes(10)))
struct LatencyBesideTrainingTests {
    private static let isLong = ProcessInfo.processInfo.environment["GAITD_LONG_TESTS"] != nil

    @Test(
        "come as fast as before, at the 99th percentile within twice the time or 20 ms",
        .enabled(if: isLong, "measured for a minute in the long run"))
    func latency() async throws {
        let setup = try await TrainingNode(gaits: 36) { configuration in
            configuration.modelPath = PackageFolder.path("config/models/step-default.safetensors")
            configuration.retrain.program = nil
            configuration.pipeline.classifyEvery = 0.5
        }
        let idle = try await Self.latencies(seconds: 25, setup)
        let job = try await setup.retrain(#"{"epochs": 10000, "augment": {"per_class": 0}}"#)
        _ = try await setup.client.training { $0.job == job && $0.epoch != nil }
        let training = try await Self.latencies(seconds: 25, setup)
        #expect(try await setup.client.ask("retrain/cancel").status == .ok)
        let limit = max(2 * Self.percentile99(idle), 20)
        #expect(idle.count > 300 && training.count > 300, "\(idle.count) and \(training.count)")
        #expect(Self.percentile99(training) <= limit, "\(Self.percentile99(training)) ms, at most \(limit)")
        try await setup.node.stop()
    }

    /// Lets twelve people walk, and gives the latencies of their emotions, milliseconds.
    private static func latencies(seconds: Int, _ setup: TrainingNode) async throws -> [Double] {
        let people = SimulatedPeople(perEmotion: 3, seed: 100)
        let before = setup.client.log.messages.count
        let start = Arrival.monotonicSeconds()
        for frame in 0..<30 * seconds {
            let time = Double(frame) / 30
            try setup.client.publish("robots/r1/skeletons", people.message(at: time, stamp: start + time))
            let wait = start + time - Arrival.monotonicSeconds()
            if wait > 0 { try await Task.sleep(for: .seconds(wait)) }
        }
        return setup.client.log.messages.dropFirst(before).compactMap { message in
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

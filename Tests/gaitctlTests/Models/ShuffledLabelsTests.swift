import Foundation
import Gait
import GaitModels
import Storage
import TestSupport
import Testing

@testable import gaitctl

@Suite("Retraining on shuffled labels", .serialized, .timeLimit(.minutes(30)))
struct ShuffledLabelsTests {
    private static let isLong = ProcessInfo.processInfo.environment["GAITD_LONG_TESTS"] != nil
    private let walks: StoredWalks

    init() throws { walks = try StoredWalks() }

    /// A small model and few epochs or, where tests may take long, the shipped one and as many as usual.
    @Test("is rejected, and the serving model's bytes stay", arguments: 1...(isLong ? 10 : 2))
    func shuffled(seed: UInt64) async throws {
        let shipped = PackageFolder.path("config/models/step-default.safetensors")
        let packaged = Self.isLong ? shipped : try await walks.packaged()
        let before = try Data(contentsOf: URL(fileURLWithPath: packaged))
        let perEmotion = 40
        var random = SeededGenerator(seed: seed)
        let labels = (0..<perEmotion).flatMap { _ in Emotion.allCases.map(\.rawValue) }
            .shuffled(using: &random)
        let emotions = Emotion.allCases
        try walks.fill(perEmotion: perEmotion, seed: 1000 * seed) { emotion, number in
            labels[number * emotions.count + (emotions.firstIndex(of: emotion) ?? 0)]
        }
        let more = Self.isLong ? ["--threads", "2"] : ["--epochs", "3"]
        let result = try await GaitctlProcess.run(
            [
                "retrain", "--store", walks.store, "--registry", walks.registry, "--packaged", packaged,
                "--per-class", "0", "--seed", "\(seed)", "--json",
            ] + more, within: 600)
        let object = try result.object()
        let verdict = try #require(object["verdict"] as? [String: Any])
        #expect(verdict["accepted"] as? Bool == false && verdict["seed"] as? UInt64 == seed, "\(result)")
        #expect(object["version"] as? Int != nil && object["serving"] as? Bool == false)
        let registry = try ModelRegistry(directory: walks.registry, packaged: packaged)
        #expect(try registry.serving().version == ModelAliases.packaged)
        #expect(try Data(contentsOf: URL(fileURLWithPath: packaged)) == before)
        #expect(registry.versions().map(\.decision.isAccepted) == [false])
    }
}

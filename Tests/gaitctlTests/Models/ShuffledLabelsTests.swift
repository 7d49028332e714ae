import Foundation
import Gait
import GaitModels
import Storage
import TestSupport
import Testing

@testable import gaitctl

@Suite("Retraining on shuffled labels", .serialized, .timeLimit(.minutes(30)))
struct ShuffledLabelsTests {
    private let walks: StoredWalks

    init() throws { walks = try StoredWalks() }

    /// A small model and few epochs or, where tests may take long, the shipped one and as many as usual.
    @Test("is rejected, and the serving model's bytes stay", arguments: 1...(FuzzedProcess.isLong ? 10 : 2))
    func shuffled(seed: UInt64) async throws {
        let shipped = PackageFolder.classifier
        let packaged = FuzzedProcess.isLong ? shipped : try await walks.packaged()
        let before = try Data(contentsOf: URL(fileURLWithPath: packaged))
        let perEmotion = 40
        var random = SeededGenerator(seed: seed)
        let labels = (0..<perEmotion).flatMap { _ in Emotion.allCases.map(\.rawValue) }
            .shuffled(using: &random)
        let emotions = Emotion.allCases
        try walks.fill(perEmotion: perEmotion, seed: 1000 * seed) { emotion, number in
            labels[number * emotions.count + (emotions.firstIndex(of: emotion) ?? 0)]
        }
        let object = try await Tool.run(
            "retrain --store \(walks.store) --registry \(walks.registry) --packaged \(packaged)",
            "--per-class 0 --seed \(seed) --json", FuzzedProcess.isLong ? "--threads 2" : "--epochs 3",
            within: 600
        ).object()
        let verdict = try #require(object["verdict"] as? [String: Any])
        #expect(verdict["accepted"] as? Bool == false && verdict["seed"] as? UInt64 == seed, "\(object)")
        #expect(object["version"] as? Int != nil && object["serving"] as? Bool == false)
        let registry = try ModelRegistry(directory: walks.registry, packaged: packaged)
        #expect(try registry.serving().version == ModelAliases.packaged)
        #expect(try Data(contentsOf: URL(fileURLWithPath: packaged)) == before)
        #expect(registry.versions().map(\.decision.isAccepted) == [false])
    }
}

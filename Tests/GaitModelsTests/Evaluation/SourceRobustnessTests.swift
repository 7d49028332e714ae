import Gait
import Testing

@testable import GaitModels

@Suite("SourceRobustness")
struct SourceRobustnessTests {
    private func classifier() throws -> EmotionClassifier {
        try EmotionClassifier(TestModel.trained(TestModel.configuration(.step)))
    }

    @Test("60 frames a second change nothing, a bad source something, and every window is counted")
    func conditions() throws {
        let gaits = [40, 75, 160].map { TestWalk.gait(armSwing: 0.3, frames: $0) }
        let results = SourceRobustness.run(try classifier(), gaits: gaits, labels: [0, 1, 2], seed: 1)
        #expect(results.map(\.outcomes.count) == [4, 4, 4])
        #expect(results[0].outcomes.map(\.label) == [0, 1, 2, 2])
        #expect(results[0].sameLabel == 4)
        #expect(results[0].largestDifference < 0.02)
        #expect(results[2].largestDifference > results[0].largestDifference)
    }

    @Test("the seed decides about noise and losses")
    func seeded() throws {
        let classifier = try classifier()
        let gaits = [TestWalk.gait(armSwing: 0.3, frames: 90)]
        func noisy(_ seed: UInt64) -> [[Float]] {
            SourceRobustness.run(classifier, gaits: gaits, labels: [0], seed: seed)[2].outcomes.map(
                \.probabilities)
        }
        #expect(noisy(1) == noisy(1))
        #expect(noisy(1) != noisy(2))
    }
}

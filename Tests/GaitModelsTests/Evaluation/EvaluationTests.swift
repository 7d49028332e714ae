import Gait
import Testing

@testable import GaitModels

@Suite("Evaluation")
struct EvaluationTests {
    @Test("every window of 75 frames is classified, the remainder dropped, short gaits once")
    func windows() throws {
        let classifier = try EmotionClassifier(TestModel.svm())
        let gaits = [74, 75, 149, 150, 400, 2].enumerated().map {
            TestWalk.gait(armSwing: Float($0) / 8, frames: $1, seed: UInt64($0))
        }
        let labels = [0, 1, 0, 1, 0, 1]
        let result = Evaluation.run(classifier, gaits: gaits, labels: labels)
        #expect(result.gaits == [0, 1, 2, 3, 3, 4, 4, 4, 4, 4, 5])
        #expect(result.outcomes.map(\.label) == result.gaits.map { labels[$0] })
        let second = classifier.classify([gaits[3].slice(start: 75, frames: 75)])[0]
        #expect(result.outcomes[4].probabilities == second.probabilities)
    }

    @Test("more windows than a batch come in order, and cancelling keeps what is done")
    func batches() throws {
        let classifier = try EmotionClassifier(TestModel.svm())
        let gaits = (0..<40).map { TestWalk.gait(armSwing: Float($0) / 50, seed: UInt64($0)) }
        let labels = Array(repeating: 0, count: 40)
        let whole = Evaluation.run(classifier, gaits: gaits, labels: labels)
        #expect(whole.gaits == Array(0..<40))
        var asked = 0
        let part = Evaluation.run(classifier, gaits: gaits, labels: labels) {
            asked += 1
            return asked > 1
        }
        #expect(!part.outcomes.isEmpty && part.outcomes.count < 40)
        #expect(part.outcomes == Array(whole.outcomes.prefix(part.outcomes.count)))
    }
}

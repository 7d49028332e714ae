import Gait
import Testing

@testable import GaitModels

@Suite("RetrainingRun")
struct RetrainingRunTests {
    private static let emotions = Emotion.allCases.map(\.rawValue)

    /// Twelve subjects per label, of whom a third is held out, and two synthetic gaits.
    private func gaits(of labels: [String]) -> [RetrainingGait] {
        labels.enumerated().flatMap { place, label in
            (0..<14).map { number in
                RetrainingGait(
                    id: Int64(100 * place + number), gait: TestWalk.gait(armSwing: 0.3), label: label,
                    subject: "\(label)-\(number)", isHeldOut: number % 3 == 2 && number < 12,
                    isSynthetic: number >= 12)
            }
        }
    }

    @Test("no subject is on both sides, and held-out gaits are not among the numbers that are trained on")
    func sides() throws {
        let data = RetrainingData(gaits(of: Self.emotions), known: Self.emotions, least: 10)
        #expect(data.training.count == 32 && data.heldOut.count == 16 && data.synthetic.count == 8)
        #expect(Set(data.training.map(\.group)).isDisjoint(with: data.heldOut.map(\.group)))
        #expect(
            data.ids.count == 40 && Set(data.ids).isDisjoint(with: data.heldOut.compactMap { Int64($0.key) }))
    }

    @Test("a new label becomes a class once there are enough gaits to judge it by, and is left out before")
    func newLabels() throws {
        let gaits = gaits(of: ["happy", "angry", "neutral", "weary"])
        let known = ["happy", "angry", "neutral", "sad"]
        let few = RetrainingData(gaits, known: known, least: 10)
        #expect(few.labels == known && few.training.count == 24)
        let enough = RetrainingData(gaits, known: known, least: 4)
        #expect(enough.labels == known + ["weary"])
        #expect(enough.training.contains { $0.label == 4 } && !enough.training.contains { $0.label == 3 })
        #expect(throws: ModelError.self) { try enough.checkTraining(least: 2) }
        let two = RetrainingData(gaits, known: ["angry", "happy"], least: 10)
        #expect(throws: Never.self) { try two.checkTraining(least: 2) }
    }

    @Test("a model is no surer of itself than the one it started from, and abstains no more often")
    func tempered() {
        var start = TestModel.trained(TestModel.configuration(.stepPaper)).description
        (start.temperature, start.minimumConfidence) = (0.8, 0.5)
        func tempered(_ temperature: Float, _ threshold: Float?) -> [Float?] {
            var description = start
            (description.temperature, description.minimumConfidence) = (temperature, threshold)
            RetrainingRun.temper(&description, like: start)
            return [description.temperature, description.minimumConfidence]
        }
        #expect(tempered(0.25, 0.99) == [0.8, 0.5])
        #expect(tempered(1.5, 0.99) == [1.5, 0.5])
        #expect(tempered(1.5, 0.4) == [1.5, 0.4])
        #expect(tempered(1.5, nil) == [1.5, nil])
        start.minimumConfidence = nil
        #expect(tempered(0.25, 0.9) == [0.8, 0.9])
    }
}

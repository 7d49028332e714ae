import Foundation
import Gait
import Testing

@testable import GaitModels

struct PromotionGateTests {
    private let labels = ["angry", "happy", "sad"]
    private let gate = PromotionGate()

    private func outcome(_ label: Int, isRight: Bool) -> ClassificationMetrics.Outcome {
        let said = isRight ? label : (label + 1) % 3
        return .init(label: label, probabilities: (0..<3).map { $0 == said ? 0.8 : 0.1 })
    }

    /// - Parameters:
    ///   - right: whether the model reads a person of a class right.
    ///   - perPerson: how many gaits a person has.
    private func comparison(
        people: Int = 12, perPerson: Int = 1, candidate: (Int, Int) -> Bool, serving: (Int, Int) -> Bool
    ) -> PromotionGate.Comparison {
        let cases = (0..<3).flatMap { label in (0..<people * perPerson).map { (label, $0 / perPerson) } }
        return .init(
            labels: labels, candidate: cases.map { outcome($0.0, isRight: candidate($0.0, $0.1)) },
            serving: cases.map { outcome($0.0, isRight: serving($0.0, $0.1)) },
            subjects: cases.map { "\($0.0)/\($0.1)" }, gaits: Array(cases.indices))
    }

    @Test("a clearly better model is accepted, with the figures that it was accepted by")
    func better() {
        let verdict = gate(comparison(candidate: { $1 != 0 }, serving: { $1 % 3 == 0 }))
        #expect(verdict.isAccepted, "\(verdict.reason)")
        #expect(abs((verdict.balancedAccuracy ?? 0) - 11.0 / 12) < 1e-9)
        #expect(abs((verdict.servingBalancedAccuracy ?? 0) - 4.0 / 12) < 1e-9)
        #expect(abs((verdict.gain ?? 0) - 7.0 / 12) < 1e-9)
        #expect((verdict.gainLowerBound ?? 0) > 0.3 && (verdict.gainLowerBound ?? 1) < 7.0 / 12)
        #expect((verdict.lowerBound ?? 0) > 0.7 && (verdict.lowerBound ?? 1) < 11.0 / 12)
        #expect(verdict.heldOut == ["angry": 12, "happy": 12, "sad": 12])
        #expect(verdict.figures["recall_drop_sad"] == verdict.recallDrops["sad"])
    }

    @Test("the same model, a worse one and one that is better by chance are rejected")
    func notBetter() {
        #expect(!gate(comparison(candidate: { _, _ in true }, serving: { _, _ in true })).isAccepted)
        #expect(!gate(comparison(candidate: { $1 > 5 }, serving: { _, _ in true })).isAccepted)
        // One person of thirty-six more: chance.
        let chance = gate(
            comparison(candidate: { $0 == 0 || $1 > 2 }, serving: { $0 == 0 ? $1 > 0 : $1 > 2 }))
        #expect(!chance.isAccepted && (chance.gain ?? 0) > 0 && abs(chance.gainLowerBound ?? 1) < 1e-9)
        #expect(chance.reason.hasPrefix("not better"))
    }

    @Test("a better model that is not good enough is rejected")
    func notGoodEnough() {
        let verdict = gate(comparison(candidate: { $1 % 2 == 0 }, serving: { _, _ in false }))
        #expect(!verdict.isAccepted && (verdict.gainLowerBound ?? 0) > 0.2)
        #expect(verdict.reason.contains("0.500"))
        var lenient = gate
        lenient.minimumBalancedAccuracy = 0.2
        #expect(lenient(comparison(candidate: { $1 % 2 == 0 }, serving: { _, _ in false })).isAccepted)
    }

    @Test("a better model that gives up a class is rejected by the class's name")
    func recall() {
        let given = comparison(candidate: { $0 != 2 || $1 > 2 }, serving: { $0 == 2 || $1 % 4 == 0 })
        let verdict = gate(given)
        #expect(!verdict.isAccepted && verdict.reason.contains("sad falls by 0.250"))
        var lenient = gate
        lenient.maximumRecallDrop = 0.25
        #expect(lenient(given).isAccepted)
    }

    @Test("with fewer than ten held-out gaits of a class nothing is decided")
    func tooFew() {
        let verdict = gate(comparison(people: 9, candidate: { _, _ in true }, serving: { _, _ in false }))
        #expect(!verdict.isAccepted && verdict.reason.contains("angry 9, happy 9, sad 9"))
        #expect(verdict.balancedAccuracy == nil && verdict.figures["held_out_sad"] == 9)
        let walk = TestWalk.gait(armSwing: 0.3)
        let gaits = (0..<23).map { TrainingGait(key: "\($0)", gait: walk, label: $0 % 2, group: "\($0)") }
        let shortage = gate.shortage(of: gaits, labels: labels)
        #expect(shortage?.heldOut == ["angry": 12, "happy": 11, "sad": 0])
        #expect(shortage?.reason.contains("sad 0;") == true)
        #expect(gate.shortage(of: gaits, labels: ["angry", "happy"]) == nil)
    }

    @Test("many gaits of few people are no more than few people")
    func people() {
        // Two of three people of each class are read right by the candidate alone.
        let few = gate(
            comparison(people: 3, perPerson: 20, candidate: { $1 > 0 }, serving: { _, _ in false }))
        let many = gate(comparison(people: 60, candidate: { $1 > 19 }, serving: { _, _ in false }))
        #expect(abs((few.gain ?? 0) - (many.gain ?? 1)) < 1e-9)
        #expect((few.gainLowerBound ?? 1) < (many.gainLowerBound ?? 0) - 0.1)
        let one = gate(
            comparison(people: 1, perPerson: 20, candidate: { _, _ in true }, serving: { _, _ in false }))
        #expect(one.isAccepted)
    }

    @Test("the same seed gives the same verdict")
    func seeded() {
        let given = comparison(candidate: { ($0 + $1) % 3 > 0 }, serving: { $1 % 2 == 0 })
        #expect(gate(given) == gate(given))
        var other = gate
        other.seed = 2
        #expect(other(given).seed == 2 && other(given).gain == gate(given).gain)
    }

    @Test("shuffled labels are rejected with every seed")
    func shuffled() {
        for seed in 0..<10 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            let verdict = gate(
                comparison(
                    candidate: { _, _ in generator.uniform(0...1) < 1.0 / 3 }, serving: { _, _ in false }))
            #expect(!verdict.isAccepted)
        }
    }

    @Test("a serving model with other classes is judged by their names")
    func otherLabels() {
        let outcome = ClassificationMetrics.Outcome(label: 1, probabilities: [0.1, 0.3, 0.6])
        func said(_ names: [String], _ labels: [String]) -> Int {
            PromotionGate.Comparison.renamed(outcome, from: names, to: labels).predicted
        }
        #expect(said(["a", "b", "c"], ["a", "b", "c"]) == 2)
        #expect(said(["a", "b", "c"], ["c", "a", "b"]) == 0)
        #expect(said(["a", "b", "c"], ["a", "b"]) == 2)
        #expect(said(["x", "y", "b"], ["a", "b", "z"]) == 1)
    }

    @Test("two models are compared on the same windows of the same gaits")
    func models() throws {
        let labels = ["calm", "lively"]
        let gaits = TestWalk.classes(perClass: 10, seed: 3, frames: 150)
        let svm = try EmotionClassifier(TestModel.svm())
        let network = try EmotionClassifier(
            TestModel.trained(TestModel.configuration(.baseline, labels: labels)))
        let comparison = PromotionGate.Comparison(of: svm, with: network, on: gaits)
        #expect(comparison.candidate.count == 40 && comparison.serving.count == 40)
        #expect(comparison.candidate.map(\.label) == comparison.serving.map(\.label))
        #expect(Set(comparison.gaits).count == 20 && comparison.subjects[0] == gaits[0].group)
        #expect(gate(comparison).balancedAccuracy == 1)
    }
}

struct VerdictTests {
    @Test("a verdict is the same after it was written and read, and its figures have names")
    func written() throws {
        var verdict = PromotionDecision(isAccepted: false, reason: "worse", heldOut: ["sad": 11], seed: .max)
        #expect(verdict.figures == ["held_out_sad": 11])
        (verdict.gain, verdict.gainLowerBound, verdict.recallDrops) = (0.25, -0.5, ["sad": 0.125])
        let data = try JSONEncoder().encode(verdict)
        #expect(try JSONDecoder().decode(PromotionDecision.self, from: data) == verdict)
        let object = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(object["accepted"] as? Bool == false && object["gain_lower_bound"] as? Double == -0.5)
        #expect(verdict.figures["recall_drop_sad"] == 0.125 && verdict.figures["balanced_accuracy"] == nil)
    }
}

import Foundation
import Gait
import NeuralNetwork
import TestSupport
import Testing

@testable import GaitModels

struct EmotionClassifierTests {
    /// Products on one thread each, as the programs have it: sums are then always added in the same order.
    init() { BLAS.useThreads(1) }

    private static let walks = (0..<8).map {
        TestWalk.gait(armSwing: Float($0) / 10, frames: [75, 30, 200, 1][$0 % 4], seed: UInt64($0))
    }

    private func model(_ change: (inout STEPConfiguration) -> Void = { _ in }, temperature: Float = 1)
        -> TrainedModel
    {
        var configuration = TestModel.configuration(.stepPaper, input: .positionsAndVelocities)
        change(&configuration)
        return TestModel.trained(configuration, temperature: temperature)
    }

    @Test("a gait is classified alike alone and among others", arguments: [false, true], [1, 2])
    func batches(mirrored: Bool, members: Int) throws {
        let model = model { ($0.mirrored, $0.members) = (mirrored, members) }
        let classifier = try EmotionClassifier(model)
        let together = classifier.classify(Self.walks)
        #expect(together.count == 8)
        for (walk, found) in zip(Self.walks, together) {
            let alone = classifier.classify([walk])[0]
            #expect(largestDifference(alone.probabilities, found.probabilities[...]) < 1e-5)
            #expect(abs(found.probabilities.reduce(0, +) - 1) < 1e-5)
            #expect(found.label == found.probabilities.firstIndex(of: found.probabilities.max() ?? 0))
        }
        #expect(Set(together.map(\.probabilities)).count > 1)
        #expect(classifier.classify([]).isEmpty)
    }

    @Test("an SVM's too")
    func svm() throws {
        let classifier = try EmotionClassifier(TestModel.svm())
        let together = classifier.classify(Self.walks)
        #expect(zip(Self.walks, together).allSatisfy { classifier.classify([$0]) == [$1] })
        #expect(together.allSatisfy { abs($0.probabilities.reduce(0, +) - 1) < 1e-5 })
    }

    @Test("with its mirror image averaged in, a gait and its mirror image are the same")
    func mirrored() throws {
        let walk = Self.walks[3]
        let plain = try EmotionClassifier(model())
        #expect(plain.classify([walk])[0].probabilities != plain.classify([walk.mirrored()])[0].probabilities)
        let averaged = try EmotionClassifier(model { $0.mirrored = true })
        let (one, other) = (averaged.classify([walk])[0], averaged.classify([walk.mirrored()])[0])
        #expect(largestDifference(one.probabilities, other.probabilities[...]) < 1e-5)
    }

    @Test("members are averaged")
    func members() throws {
        let both = model { $0.members = 2 }
        let single = (0..<2).map { member -> TrainedModel in
            var single = model()
            single.tensors = both.tensors.compactMap { tensor in
                guard tensor.name != "A" else { return tensor }
                let prefix = "members.\(member)."
                guard tensor.name.hasPrefix(prefix) else { return nil }
                let name = String(tensor.name.dropFirst(prefix.count))
                return .init(name: name, shape: tensor.shape, values: tensor.values)
            }
            return single
        }
        let found = try EmotionClassifier(both).classify(Self.walks)
        let parts = try single.map { try EmotionClassifier($0).classify(Self.walks) }
        #expect(parts[0] != parts[1])
        for index in found.indices {
            let mean = zip(parts[0][index].probabilities, parts[1][index].probabilities).map { ($0 + $1) / 2 }
            #expect(largestDifference(found[index].probabilities, mean[...]) < 1e-6)
        }
    }

    @Test("robust members alone decide about rough gaits, all members about others, in one batch")
    func voters() throws {
        let both = try EmotionClassifier(model { ($0.members, $0.robustMembers) = (2, 1) })
        let all = try EmotionClassifier(model { $0.members = 2 })
        var single = TestModel.trained(TestModel.configuration(.stepPaper, input: .positionsAndVelocities))
        single.tensors = NetworkFile.tensors([
            TestModel.network(TestModel.configuration(.stepPaper, input: .positionsAndVelocities), seed: 2)
        ])
        let robust = try EmotionClassifier(single)
        let clean = TestWalk.gait(armSwing: 0.4, frames: 75).smoothed(passes: 60)
        var generator = SeededGenerator(seed: 1)
        let rough = clean.withNoise(standardDeviation: 0.02, using: &generator)
        #expect(rough.isRough && !clean.isRough)
        let found = both.classify([clean, rough])
        #expect(largestDifference(found[0].probabilities, all.classify([clean])[0].probabilities[...]) < 1e-5)
        #expect(
            largestDifference(found[1].probabilities, robust.classify([rough])[0].probabilities[...]) < 1e-5)
        #expect(largestDifference(found[1].probabilities, all.classify([rough])[0].probabilities[...]) > 1e-4)
        // Alone in its batch too, where the other member is not asked at all.
        #expect(
            largestDifference(both.classify([rough])[0].probabilities, found[1].probabilities[...]) < 1e-5)
    }

    @Test("a temperature softens the probabilities and keeps their order")
    func temperature() throws {
        let sharp = try EmotionClassifier(model()).classify(Self.walks)
        let soft = try EmotionClassifier(model(temperature: 3)).classify(Self.walks)
        for (one, other) in zip(sharp, soft) {
            #expect(one.label == other.label)
            let powers = one.probabilities.map { pow($0, 1 / 3) }
            let expected = powers.map { $0 / powers.reduce(0, +) }
            #expect(largestDifference(other.probabilities, expected[...]) < 1e-4)
        }
    }

    @Test("of a gait longer than a window, the last window counts")
    func lastWindow() throws {
        let classifier = try EmotionClassifier(model())
        let walk = TestWalk.gait(armSwing: 0.5, frames: 200)
        #expect(classifier.classify([walk]) == classifier.classify([walk.slice(start: 125, frames: 75)]))
    }

    @Test("a body that does not move, or is a point, is classified too")
    func degenerate() throws {
        let gaits = [Float(0), 1e4, -1e4].map { value in
            Gait(validated: Array(repeating: value, count: 75 * Gait.valuesPerFrame))
        }
        let found = try EmotionClassifier(model()).classify(gaits)
        #expect(found.allSatisfy { $0.probabilities.allSatisfy { $0.isFinite && $0 >= 0 } })
    }

    @Test("raw logits are given for windows of the right size only, and not for networks with features")
    func raw() throws {
        let plain = try EmotionClassifier(TestModel.trained(TestModel.configuration(.baseline)))
        let size = 3 * 75 * 16
        #expect(plain.raw(Array(repeating: 0.5, count: 2 * size), batch: 2)?.logits.count == 6)
        #expect(plain.raw(Array(repeating: 0.5, count: 2 * size), batch: 1) == nil)
        #expect(try EmotionClassifier(model()).raw(Array(repeating: 0.5, count: 2 * size), batch: 1) == nil)
        #expect(
            try EmotionClassifier(TestModel.svm()).raw(Array(repeating: 0.5, count: size), batch: 1) == nil)
    }
}

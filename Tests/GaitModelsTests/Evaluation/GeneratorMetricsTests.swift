import Gait
import Testing

@testable import GaitModels

@Suite("Generator metrics")
struct GeneratorMetricsTests {
    @Test(
        "the Frechet distance of equal sets is 0, of shifted ones the shift squared, of scaled ones by closed form"
    )
    func frechet() {
        var generator = SeededGenerator(seed: 2)
        let rows = (0..<400).map { _ in (0..<5).map { Float($0 + 1) * generator.normal() } }
        #expect(FrechetDistance.between(rows, rows) < 1e-6)
        let shifted = rows.map { $0.map { $0 + 2 } }
        #expect(abs(FrechetDistance.between(rows, shifted) - 20) < 1e-3)
        let means = (0..<5).map { index in rows.reduce(0.0) { $0 + Double($1[index]) } / 400 }
        let variance = (0..<5).reduce(0.0) { sum, index in
            sum + rows.reduce(0.0) {
                $0 + (Double($1[index]) - means[index]) * (Double($1[index]) - means[index])
            } / 399
        }
        // Of twice the size: |mu|^2 + Tr(S + 4 S - 4 S) = |mu|^2 + Tr S.
        let offset = means.reduce(0) { $0 + $1 * $1 }
        #expect(abs(FrechetDistance.between(rows, rows.map { $0.map { $0 * 2 } }) - variance - offset) < 1e-2)
    }

    @Test("a gait is no distance from itself, however it is turned and whenever it begins")
    func distance() {
        let walk = TestWalk.gait(armSwing: 0.5, seed: 1)
        let own = GaitDistance.Shape(walk)
        #expect(GaitDistance()(own, own) < 1e-5)
        #expect(GaitDistance()(own, GaitDistance.Shape(walk.rotated(yaw: 1))) < 5e-3)
        let other = GaitDistance.Shape(TestWalk.gait(armSwing: 0.1, seed: 2))
        #expect(GaitDistance()(own, other) > 1e-2)
        #expect(GaitDistance()(own, other, below: 1e-3) == 1e-3)
    }

    @Test("a gain that every recording shows has an interval above 0, no gain one around it")
    func gain() {
        func outcome(_ label: Int, right: Bool) -> ClassificationMetrics.Outcome {
            .init(label: label, probabilities: (label == 0) == right ? [0.9, 0.1] : [0.1, 0.9])
        }
        let labels = (0..<40).map { $0 % 2 }
        let recordings = labels.indices.map { "r\($0)" }
        let good = labels.map { outcome($0, right: true) }
        let bad = labels.enumerated().map { outcome($1, right: $0 % 4 < 2) }
        let gain = ClassificationMetrics.gainInterval(
            [.init(good, against: bad, recordings: recordings)], classes: 2, seed: 1)
        #expect(gain.lowerBound > 0)
        let none = ClassificationMetrics.gainInterval(
            [.init(bad, against: bad, recordings: recordings)], classes: 2, seed: 1)
        #expect(none == 0...0)
    }
}

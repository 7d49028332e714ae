import Datasets
import Gait
import TestSupport
import Testing

@testable import GaitModels

struct GeneratorMetricsTests {
    @Test("the Frechet distance is 0 for equal sets, the squared shift for shifted, closed-form for scaled")
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

    @Test("a gait is no distance from itself, turned by any angle and begun at any time")
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

struct GaitQualityTests {
    @Test(
        "recorded windows pass, on a treadmill they fail",
        .sharedData,
        arguments: ["emotion4", "style15", "walk7"])
    func recorded(name: String) throws {
        let data = try GaitDataset(contentsOf: SharedData.dataset(name))
        let windows = data.gaits.flatMap { $0.gait.windows() }
        let passing = windows.count { GaitQuality($0).passes }
        #expect(Double(passing) >= 0.97 * Double(windows.count), "\(passing) of \(windows.count)")
        let treadmill = windows.count { GaitQuality($0.rootRelative()).passes }
        #expect(Double(treadmill) < 0.05 * Double(windows.count), "\(treadmill) of \(windows.count)")
    }

    @Test("a bone that grows by a tenth fails, and so does a joint that jumps")
    func limits() {
        let walk = TestWalk.gait(armSwing: 0.3, seed: 1)
        var coordinates = walk.coordinates
        let (hand, elbow) = (Joint.leftHand.rawValue * 3, Joint.leftElbow.rawValue * 3)
        for frame in 0..<walk.frames {
            let start = frame * Gait.valuesPerFrame
            for axis in 0..<3 {
                let bone = coordinates[start + hand + axis] - coordinates[start + elbow + axis]
                coordinates[start + hand + axis] += bone * 0.1 * Float(frame) / Float(walk.frames)
            }
        }
        #expect(GaitQuality(Gait(validated: coordinates)).failures.contains(.limbVariation))
        coordinates[40 * Gait.valuesPerFrame + hand] += 1
        let quality = GaitQuality(Gait(validated: coordinates))
        #expect(quality.failures.contains(.jointSpeed) && quality.largestSpeed > 10)
    }
}

package import Gait

/// How good synthetic gaits are beside real ones.
package struct GeneratorMetrics: Sendable {
    /// The share of synthetic gaits that the judges read as what they were made for, the mean over the judges.
    package let consistency: Double
    /// The same by class; nil where there is no synthetic gait of it.
    package let consistencyByClass: [Double?]
    /// The Frechet distance to the real gaits by the pooled features, the mean over the judges.
    package let frechetDistance: Double
    /// The mean distance of two synthetic gaits' features, the mean over the judges.
    package let diversity: Double
    /// The median distance of a synthetic gait to the nearest real one, see ``GaitDistance``.
    package let nearest: Double

    private static let batchSize = 16

    /// - Parameters:
    ///   - judges: classifiers that saw no synthetic gait.
    ///   - real: the windows of the real gaits.
    package init(
        _ synthetic: [(gait: Gait, label: Int)], against real: [Gait], judges: [EmotionClassifier],
        classes: Int,
        threads: Int
    ) throws {
        let gaits = synthetic.map(\.gait)
        var right = [Double](repeating: 0, count: classes)
        var counts = right
        for item in synthetic { counts[item.label] += Double(judges.count) }
        var (frechet, spread) = (0.0, 0.0)
        for judge in judges {
            // In parts, since a judge keeps what it computes for as many gaits as it was given at once.
            for start in stride(from: 0, to: gaits.count, by: Self.batchSize) {
                let part = start..<min(start + Self.batchSize, gaits.count)
                for (result, index) in zip(judge.classify(Array(gaits[part])), part)
                where result.label == synthetic[index].label {
                    right[synthetic[index].label] += 1
                }
            }
            let features = judge.features(gaits)
            frechet += FrechetDistance.between(judge.features(real), features)
            spread += Self.meanDistance(features)
        }
        let share = Double(max(judges.count, 1))
        consistency = right.reduce(0, +) / max(counts.reduce(0, +), 1)
        consistencyByClass = zip(right, counts).map { $1 > 0 ? $0 / $1 : nil }
        (frechetDistance, diversity) = (frechet / share, spread / share)
        let shapes = real.map { GaitDistance.Shape($0) }
        nearest = try Self.median(
            ParallelWork.map(count: gaits.count, threads: threads) { index in
                let own = GaitDistance.Shape(gaits[index])
                return shapes.reduce(Float.infinity) { GaitDistance()(own, $1, below: $0) }
            })
    }

    /// The median distance of real windows to the nearest one of another recording of their class; 0 where no class
    /// has two recordings.
    package static func nearestReal(
        _ windows: [(gait: Gait, label: Int, recording: String)], threads: Int
    ) throws -> Double {
        let shapes = windows.map { GaitDistance.Shape($0.gait) }
        let nearest = try ParallelWork.map(count: windows.count, threads: threads) { index in
            windows.indices.reduce(Float.infinity) { best, other in
                guard windows[other].label == windows[index].label,
                    windows[other].recording != windows[index].recording
                else { return best }
                return GaitDistance()(shapes[index], shapes[other], below: best)
            }
        }
        return median(nearest.filter(\.isFinite))
    }

    private static func median(_ values: [Float]) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? 0 : Double(sorted[sorted.count / 2])
    }

    private static func meanDistance(_ features: [[Float]]) -> Double {
        // Every gait with the next hundred: enough for a mean, and linear in their number.
        var (sum, count) = (0.0, 0)
        for one in features.indices {
            for other in one + 1..<max(min(one + 101, features.count), one + 1) {
                let square = zip(features[one], features[other]).reduce(Float(0)) {
                    $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
                }
                sum += Double(square.squareRoot())
                count += 1
            }
        }
        return sum / Double(max(count, 1))
    }
}

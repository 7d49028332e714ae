package import Gait

/// The quality of synthetic gaits compared with real ones.
package struct GeneratorMetrics: Sendable {
    /// The share of synthetic gaits in which the evaluators recognize the intended label; the mean over the
    /// evaluators.
    package let consistency: Double
    /// The same by class; nil if there is no synthetic gait of the class.
    package let consistencyByClass: [Double?]
    /// The Frechet distance to the real gaits of the pooled features; the mean over the evaluators.
    package let frechetDistance: Double
    /// The mean distance between the features of two synthetic gaits; the mean over the evaluators.
    package let diversity: Double
    /// The median distance of a synthetic gait to the nearest real one, see ``GaitDistance``.
    package let nearest: Double

    private static let batchSize = 16

    /// - Parameters:
    ///   - evaluators: classifiers that saw no synthetic gait.
    ///   - real: the windows of the real gaits.
    package init(
        _ synthetic: [(gait: Gait, label: Int)], against real: [Gait], evaluators: [EmotionClassifier],
        classes: Int,
        threads: Int
    ) throws {
        let gaits = synthetic.map(\.gait)
        var right = [Double](repeating: 0, count: classes)
        var counts = right
        for item in synthetic { counts[item.label] += Double(evaluators.count) }
        var (frechet, spread) = (0.0, 0.0)
        for evaluator in evaluators {
            // In parts, because an evaluator keeps memory for as many gaits as it receives at once.
            for start in stride(from: 0, to: gaits.count, by: Self.batchSize) {
                let part = start..<min(start + Self.batchSize, gaits.count)
                for (result, index) in zip(evaluator.classify(Array(gaits[part])), part)
                where result.label == synthetic[index].label {
                    right[synthetic[index].label] += 1
                }
            }
            let features = evaluator.features(gaits)
            frechet += FrechetDistance.between(evaluator.features(real), features)
            spread += Self.meanDistance(features)
        }
        let share = Double(max(evaluators.count, 1))
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

    /// The median distance of real windows to the nearest one of another recording of their class; 0 if no class has
    /// two recordings.
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
        // Each gait with the next hundred: enough for a mean, and linear in the number of gaits.
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

/// How far two gaits are apart: the root of the mean squared distance of their joints, seen from the walkers' own
/// view with a torso of length 1, aligned to fit best within half a second either way, so that the phase of the
/// stride does not matter.
package struct GaitDistance: Sendable {
    /// A gait prepared for comparison: `[T, 48]`.
    package struct Shape: Sendable {
        let coordinates: [Float]

        package init(_ gait: Gait) {
            coordinates = ViewNormalization.hipAxis.apply(to: gait.looped(to: Gait.windowFrames)).coordinates
        }
    }

    /// The largest shift, frames.
    private static let reach = 15

    package init() {}

    /// - Parameter bound: a distance above which the exact value does not matter.
    package func callAsFunction(_ one: Shape, _ other: Shape, below bound: Float = .infinity) -> Float {
        var best = bound
        for shift in stride(from: -Self.reach, through: Self.reach, by: 1) {
            best = min(best, distance(one, other, shift: shift, below: best))
        }
        return best
    }

    private func distance(_ one: Shape, _ other: Shape, shift: Int, below bound: Float) -> Float {
        let overlap = (Gait.windowFrames - abs(shift)) * Gait.valuesPerFrame
        let (from, to) = (max(shift, 0) * Gait.valuesPerFrame, max(-shift, 0) * Gait.valuesPerFrame)
        let joints = Float(overlap / 3)
        let limit = bound * bound * joints
        var sum: Float = 0
        return one.coordinates.withUnsafeBufferPointer { a in
            other.coordinates.withUnsafeBufferPointer { b in
                for frame in stride(from: 0, to: overlap, by: Gait.valuesPerFrame) {
                    for index in frame..<frame + Gait.valuesPerFrame {
                        let difference = a[from + index] - b[to + index]
                        sum += difference * difference
                    }
                    // A larger partial sum cannot belong to the nearest.
                    if sum > limit { return bound }
                }
                return (sum / joints).squareRoot()
            }
        }
    }
}

/// The Frechet distance between two sets of features, each taken for a normal distribution (Heusel et al. 2017):
/// `|mu_x - mu_g|^2 + Tr(S_x + S_g - 2 (S_x S_g)^(1/2))`.
package enum FrechetDistance {
    /// - Parameters: features `[N][channels]`, at least one of each.
    package static func between(_ real: [[Float]], _ synthetic: [[Float]]) -> Double {
        let (x, g) = (Moments(real), Moments(synthetic))
        let offset = zip(x.mean, g.mean).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        // The square root of the product of covariances has the same trace as that of a symmetric matrix.
        let root = squareRoot(x.covariance)
        let product = multiply(multiply(root, g.covariance), root)
        let shared = SymmetricEigen(product.flatMap(\.self), size: product.count).values.reduce(0.0) {
            $0 + max($1, 0).squareRoot()
        }
        let traces = x.mean.indices.reduce(0.0) { $0 + x.covariance[$1][$1] + g.covariance[$1][$1] }
        return max(offset + traces - 2 * shared, 0)
    }

    private static func multiply(_ one: [[Double]], _ other: [[Double]]) -> [[Double]] {
        let size = one.count
        var product = [[Double]](repeating: Array(repeating: 0, count: size), count: size)
        for i in 0..<size {
            for k in 0..<size where one[i][k] != 0 {
                for j in 0..<size { product[i][j] += one[i][k] * other[k][j] }
            }
        }
        return product
    }

    /// The symmetric square root; eigenvalues that rounding made negative count as 0.
    private static func squareRoot(_ matrix: [[Double]]) -> [[Double]] {
        let size = matrix.count
        let eigen = SymmetricEigen(matrix.flatMap(\.self), size: size)
        let roots = eigen.values.map { max($0, 0).squareRoot() }
        return (0..<size).map { i in
            (0..<size).map { j in
                roots.indices.reduce(0.0) {
                    $0 + eigen.vectors[$1 * size + i] * roots[$1] * eigen.vectors[$1 * size + j]
                }
            }
        }
    }

    private struct Moments {
        let mean: [Double]
        let covariance: [[Double]]

        init(_ features: [[Float]]) {
            let size = features.first?.count ?? 0
            let count = Double(max(features.count, 1))
            var mean = [Double](repeating: 0, count: size)
            for row in features { for index in 0..<size { mean[index] += Double(row[index]) / count } }
            var covariance = [[Double]](repeating: Array(repeating: 0, count: size), count: size)
            for row in features {
                let away = (0..<size).map { Double(row[$0]) - mean[$0] }
                for i in 0..<size {
                    for j in 0..<size { covariance[i][j] += away[i] * away[j] / max(count - 1, 1) }
                }
            }
            (self.mean, self.covariance) = (mean, covariance)
        }
    }
}

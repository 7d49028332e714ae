import Foundation
import Gait
import NeuralNetwork

/// The distribution of each class's training latents: a normal distribution with full covariance.
///
/// Fitted after training (ex-post density estimation, Ghosh et al. 2020): unconstrained latents give better gaits,
/// and latents drawn from a prior to which nothing was encoded give worse ones.
final class ClassConditionalPrior {
    /// `[classes, latent]`.
    private let mean: Embedding
    /// A square root of each class's covariance, `[classes, latent * latent]`, row by row.
    private let root: Embedding
    private let latent: Int
    private static let batchSize = 16
    /// Enough for a covariance of a latent of the default length.
    private static let mostWindows = 200

    init(classes: Int, latent: Int, in store: ParameterStore) {
        // The loss does not depend on them, so the optimizer does not change them.
        mean = Embedding("density.mean", rows: classes, width: latent, in: store)
        root = Embedding("density.root", rows: classes, width: latent * latent, in: store)
        self.latent = latent
    }

    /// The latent of a class that a standard normal vector stands for.
    func latent(_ label: Int, _ noise: [Float]) -> [Float] {
        var values = mean[label]
        let matrix = root[label]
        for row in values.indices {
            for column in noise.indices { values[row] += matrix[row * latent + column] * noise[column] }
        }
        return values
    }

    /// Fits the distributions to the windows of gaits and their mirror images, as a trained network encodes them.
    ///
    /// A class's covariance is that of its means, plus the variances that the encoder gives them.
    func fit(_ network: STEPGen, _ gaits: [TrainingGait], window: Int) {
        let batch = STEPGenBatch(network.configuration)
        for (label, own) in Dictionary(grouping: gaits, by: \.label) {
            var means: [[Double]] = []
            var variances = [Double](repeating: 0, count: latent)
            let windows = Self.windows(of: own.map(\.gait), window)
            for start in stride(from: 0, to: windows.count, by: Self.batchSize) {
                let part = Array(windows[start..<min(start + Self.batchSize, windows.count)])
                // Not used: nothing is drawn from an untrained network.
                var generator = SeededGenerator(seed: 0)
                batch.encode(part, labels: part.map { _ in label })
                let encoded = network.encoder(batch.input, training: false, using: &generator)
                for sample in part.indices {
                    means.append((0..<latent).map { Double(encoded.mean[$0, sample, 0, 0]) })
                    for index in 0..<latent {
                        let logVariance = min(max(encoded.logVariance[index, sample, 0, 0], -20), 10)
                        variances[index] += Double(exp(logVariance))
                    }
                }
            }
            set(label, means, variances.map { $0 / Double(max(means.count, 1)) })
        }
    }

    private func set(_ label: Int, _ points: [[Double]], _ variances: [Double]) {
        let count = Double(max(points.count, 1))
        let centre = (0..<latent).map { index in points.reduce(0) { $0 + $1[index] } / count }
        var covariance = [Double](repeating: 0, count: latent * latent)
        for index in 0..<latent { covariance[index * latent + index] = variances[index] }
        for point in points {
            for row in 0..<latent {
                for column in 0..<latent {
                    covariance[row * latent + column] +=
                        (point[row] - centre[row]) * (point[column] - centre[column]) / count
                }
            }
        }
        let eigen = SymmetricEigen(covariance, size: latent)
        mean[label] = centre.map { Float($0) }
        root[label] = (0..<latent * latent).map { place in
            let (row, column) = (place / latent, place % latent)
            return Float(eigen.vectors[column * latent + row] * max(eigen.values[column], 0).squareRoot())
        }
    }

    /// Windows that do not overlap, of all gaits alike where they have more than are needed, and their mirror images.
    private static func windows(of gaits: [Gait], _ window: Int) -> [Gait] {
        let all = gaits.flatMap { gait in
            stride(from: 0, through: max(gait.frames - window, 0), by: window).map {
                gait.slice(start: $0, frames: window)
            }
        }
        let step = max((all.count + mostWindows - 1) / mostWindows, 1)
        return stride(from: 0, to: all.count, by: step).flatMap { [all[$0], all[$0].mirrored()] }
    }
}

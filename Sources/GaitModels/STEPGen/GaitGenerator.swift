import Foundation
package import Gait
import NeuralNetwork

/// A loaded STEP-Gen that generates gaits.
///
/// Not thread-safe: it keeps its intermediate tensors between calls. Make one per thread.
package final class GaitGenerator {
    /// The source of the latents of synthetic gaits.
    package enum Source: Sendable {
        /// Where the class's gaits lie, or the standard prior; its deviation multiplied by a spread: below 1 gaits
        /// are more typical of their class and less different from each other (the truncation of Brock et al. 2019).
        case prior(spread: Float)
        /// Real gaits of the class: a random point between the latents of two of them, drawn with the spread that
        /// the encoder gives them.
        case around([Gait])
    }

    /// The spread at which gaits carry their label and still differ from the training gaits about as much as
    /// recordings differ from each other.
    package static let defaultSpread: Float = 1

    /// The ordered names of the classes.
    package var labels: [String] { configuration.labels }
    /// The model's description.
    package let description: ModelDescription
    private let configuration: STEPGenConfiguration
    private let network: STEPGen
    private let batch: STEPGenBatch
    private static let batchSize = 16

    /// Reads a model file.
    ///
    /// - Throws: ``ModelError`` if the file is damaged, no generator, or its tensors do not fit its configuration.
    package convenience init(contentsOf path: String) throws(ModelError) {
        let file = try ModelFile(contentsOf: path)
        try self.init(file.model, path: path)
    }

    /// - Parameter path: the model's name in errors.
    package init(_ model: TrainedModel, path: String = "model") throws(ModelError) {
        try model.description.validate()
        guard let configuration = model.description.generator else {
            throw .unknownModel(path: path, reason: "it is a classifier, not a generator")
        }
        (description, self.configuration) = (model.description, configuration)
        network = try STEPGenFile.network(SafeTensors(model.tensors, path: path), configuration)
        batch = STEPGenBatch(configuration)
        // In a damaged file, finite weights can still overflow.
        var generator = SeededGenerator(seed: 0)
        let values = decode(
            [[Float](repeating: 0, count: configuration.latent)], labels: [0], using: &generator)
        guard values[0].allSatisfy(\.isFinite) else {
            throw .unknownModel(path: path, reason: "its weights do not give finite gaits")
        }
    }

    /// Makes gaits of a class, 75 frames each, meters, y up, walking from the origin.
    ///
    /// - Parameter label: an index into ``labels``.
    /// - Throws: `GaitError` if the network's coordinates are not a valid gait.
    package func make(
        _ count: Int, label: Int, from source: Source, using generator: inout SeededGenerator
    ) throws(GaitError) -> [Gait] {
        var gaits: [Gait] = []
        var encoded: [Latent]?
        var spread: Float = 1
        switch source {
        case .prior(let value): spread = value
        case .around(let real): encoded = encode(real, label: label, using: &generator)
        }
        while gaits.count < count {
            let size = min(Self.batchSize, count - gaits.count)
            let latents = (0..<size).map { _ in draw(label, encoded, spread, using: &generator) }
            let values = decode(
                latents, labels: Array(repeating: label, count: size), using: &generator)
            for value in values {
                gaits.append(try configuration.motion.decode(value, unit: configuration.unit))
            }
        }
        return gaits
    }

    /// How well gaits are reconstructed from the means of their latents: Lr of equation 3 with weights of 1, meters
    /// squared, summed over joints and frames and averaged over the gaits' windows.
    package func pushPullLoss(of gaits: [TrainingGait]) -> Double {
        let criterion = STEPGenCriterion(
            STEPGenLoss(push: 1, pull: 1, divergence: 0), motion: configuration.motion)
        var generator = SeededGenerator(seed: 0)
        var (sum, count) = (0.0, 0.0)
        for gait in gaits {
            for window in gait.gait.windows() {
                batch.encode([window], labels: [gait.label])
                let mean = network.encoder(batch.input, training: false, using: &generator).mean
                batch.setLatents { mean[$0, $1, 0, 0] }
                let again = network.decoder(
                    batch.code, phases: batch.phases, training: false, using: &generator)
                sum += Double(criterion(synthetic: again, real: batch.values).total)
                count += 1
            }
        }
        return sum / max(count, 1) * Double(configuration.unit * configuration.unit)
    }

    private struct Latent {
        let mean: [Float]
        let deviation: [Float]
    }

    private func encode(_ gaits: [Gait], label: Int, using generator: inout SeededGenerator) -> [Latent] {
        gaits.map { gait in
            batch.encode([gait], labels: [label])
            let (mean, logVariance) = network.encoder(batch.input, training: false, using: &generator)
            return Latent(
                mean: mean.values, deviation: logVariance.values.map { exp(min(max($0, -20), 10) / 2) })
        }
    }

    private func draw(
        _ label: Int, _ encoded: [Latent]?, _ spread: Float, using generator: inout SeededGenerator
    ) -> [Float] {
        guard let encoded, let one = encoded.randomElement(using: &generator),
            let other = encoded.randomElement(using: &generator)
        else {
            let noise = (0..<configuration.latent).map { _ in spread * generator.normal() }
            return network.density?.latent(label, noise) ?? noise
        }
        let share = generator.uniform(0...1)
        return (0..<configuration.latent).map { index in
            let mean = one.mean[index] + share * (other.mean[index] - one.mean[index])
            let deviation = one.deviation[index] + share * (other.deviation[index] - one.deviation[index])
            return mean + deviation * generator.normal()
        }
    }

    /// The motion values for latents, each `[T, 48]`; strides start at a random phase.
    private func decode(_ latents: [[Float]], labels: [Int], using generator: inout SeededGenerator)
        -> [[Float]]
    {
        batch.prepare(labels: labels)
        batch.setLatents { latents[$1][$0] }
        if let tempo = network.tempo {
            let logarithms = tempo(batch.code).values
            batch.setRhythms(
                logarithms.map { logarithm in
                    let frequency = exp(logarithm)
                    return StrideRhythm(
                        frequency: min(
                            max(frequency.isFinite ? frequency : 1, StrideRhythm.range.lowerBound),
                            StrideRhythm.range.upperBound),
                        phase: generator.uniform(0...2 * .pi))
                })
        }
        let values = network.decoder(
            batch.code, phases: batch.phases, training: false, using: &generator)
        let shape = values.shape
        return (0..<shape.batch).map { sample in
            var frames: [Float] = []
            frames.reserveCapacity(shape.frames * Gait.valuesPerFrame)
            for frame in 0..<shape.frames {
                for joint in 0..<shape.joints {
                    for channel in 0..<3 { frames.append(values[channel, sample, joint, frame]) }
                }
            }
            return frames
        }
    }

    /// The network's outputs for encoded windows and for latents, for comparison with golden fixtures.
    ///
    /// - Parameters:
    ///   - windows: `[N, C, T, V]`.
    ///   - latents: `[N, latent]`.
    ///   - labels: the class of each.
    /// - Returns: the decoder's values `[N, C, T, V]`, mean and log-variance `[N, latent]`.
    package func raw(windows: [Float], latents: [Float], labels: [Int]) -> (
        generated: [Float], mean: [Float], logVariance: [Float]
    )? {
        let count = labels.count
        guard !configuration.phased, labels.allSatisfy(configuration.labels.indices.contains),
            windows.count == count * configuration.window * Gait.valuesPerFrame,
            latents.count == count * configuration.latent
        else { return nil }
        var generator = SeededGenerator(seed: 0)
        batch.take(windows, labels: labels)
        let (mean, logVariance) = network.encoder(batch.input, training: false, using: &generator)
        let (means, logVariances) = (mean.batchMajorValues, logVariance.batchMajorValues)
        batch.setLatents { latents[$1 * configuration.latent + $0] }
        let values = network.decoder(batch.code, phases: [], training: false, using: &generator)
        return (values.batchMajorValues, means, logVariances)
    }
}

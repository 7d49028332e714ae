import Foundation
import Gait
import NeuralNetwork

/// One step of a STEP-Gen training: encode, sample, decode, compare, and the backward pass.
struct STEPGenStep {
    private let network: STEPGen
    private let options: STEPGenOptions
    private var loss: STEPGenLoss { network.configuration.loss }
    let batch: STEPGenBatch
    private let criterion: STEPGenCriterion
    private let objective = LatentObjective()
    private let tempoGradient = Tensor()
    private var buffer = PoseBuffer()

    init(_ network: STEPGen, _ options: STEPGenOptions) {
        (self.network, self.options) = (network, options)
        batch = STEPGenBatch(network.configuration)
        criterion = STEPGenCriterion(
            network.configuration.loss, motion: network.configuration.motion)
    }

    /// Adds the gradients of windows of the gaits, cut and varied at random, to those of the parameters.
    ///
    /// - Parameter progress: 0 at the start of the training, 1 at its end.
    mutating func learn(
        _ gaits: [TrainingGait], at progress: Double, using generator: inout SeededGenerator
    ) -> STEPGenLoss.Terms {
        let windows = gaits.map { gait in
            options.augmentation(
                gait.gait, window: network.configuration.window, through: &buffer, using: &generator)
        }
        batch.encode(windows, labels: gaits.map(\.label))
        return learn(weight: divergenceWeight(at: progress), using: &generator)
    }

    /// The gradients of the encoded batch's loss, added to those of the parameters.
    func learn(weight: Float, using generator: inout SeededGenerator) -> STEPGenLoss.Terms {
        let (mean, logVariance) = network.encoder(batch.input, training: true, using: &generator)
        objective.draw(mean: mean, logVariance: logVariance, into: batch, using: &generator)
        let synthetic = network.decoder(batch.code, phases: batch.phases, training: true, using: &generator)
        var terms = criterion(synthetic: synthetic, real: batch.values)
        let codeGradient = network.decoder.backward(criterion.gradient)
        if let tempo = network.tempo { terms.tempo = learnTempo(tempo, into: codeGradient) }
        let prior = network.priorMean.map { (values: $0(batch.labels), layer: $0) }
        terms.divergence = LatentObjective.divergence(
            mean: mean, logVariance: logVariance, prior: prior?.values, weight: weight)
        objective.backward(
            code: codeGradient, mean: mean, logVariance: logVariance, prior: prior, weight: weight)
        network.encoder.backward(
            mean: objective.meanGradient, logVariance: objective.logVarianceGradient)
        return terms
    }

    /// The terms for gaits from their first frames, each with the mean of its latents.
    func evaluate(_ gaits: [TrainingGait], batch size: Int, using generator: inout SeededGenerator)
        -> STEPGenLoss.Terms
    {
        var sums = STEPGenLoss.Terms()
        let windows = TrainingGait.windows(of: gaits)
        for start in stride(from: 0, to: windows.count, by: size) {
            let part = windows[start..<min(start + size, windows.count)]
            batch.encode(part.map(\.window), labels: part.map(\.label))
            let (mean, logVariance) = network.encoder(batch.input, training: false, using: &generator)
            batch.setLatents { mean[$0, $1, 0, 0] }
            let synthetic = network.decoder(
                batch.code, phases: batch.phases, training: false, using: &generator)
            var terms = criterion(synthetic: synthetic, real: batch.values)
            if let tempo = network.tempo { terms.tempo = tempoError(tempo(batch.code)) }
            terms.divergence = LatentObjective.divergence(
                mean: mean, logVariance: logVariance, prior: network.priorMean?(batch.labels),
                weight: loss.divergence)
            sums.add(terms, share: Float(part.count) / Float(windows.count))
        }
        return sums
    }

    private func divergenceWeight(at progress: Double) -> Float {
        options.warmUp > 0
            ? loss.divergence * min(Float(progress) / options.warmUp, 1) : loss.divergence
    }

    /// Adds the gradient of the stride's frequency to that of the code, and returns the weighted error.
    private func learnTempo(_ tempo: Linear, into codeGradient: Tensor) -> Float {
        let predicted = tempo(batch.code)
        tempoGradient.reshape(to: predicted.shape)
        let slope = 2 * loss.tempo / Float(batch.rhythms.count)
        for (sample, rhythm) in batch.rhythms.enumerated() {
            tempoGradient[0, sample, 0, 0] = slope * (predicted[0, sample, 0, 0] - log(rhythm.frequency))
        }
        let error = tempoError(predicted)
        codeGradient.add(tempo.backward(tempoGradient, inputShape: batch.code.shape))
        return error
    }

    private func tempoError(_ predicted: Tensor) -> Float {
        let squares = batch.rhythms.enumerated().reduce(Float(0)) { sum, entry in
            let difference = predicted[0, entry.offset, 0, 0] - log(entry.element.frequency)
            return sum + difference * difference
        }
        return loss.tempo * squares / Float(max(batch.rhythms.count, 1))
    }
}

/// Draws a latent from the encoder's distribution, and measures its divergence from the prior.
///
/// `z = mean + exp(logvar / 2) * eps`, and `KL = -1/2 sum(1 + logvar - (mean - prior)^2 - exp(logvar))`, the
/// prior being normal of variance 1 around 0 or around its class's mean.
final class LatentObjective {
    /// With respect to the encoder's mean `[latent, N]`.
    let meanGradient = Tensor()
    /// With respect to the encoder's log-variance `[latent, N]`.
    let logVarianceGradient = Tensor()
    private let priorGradient = Tensor()
    private var noise: [Float] = []

    /// Draws a latent for each gait of the batch and puts it into the batch's code.
    func draw(
        mean: Tensor, logVariance: Tensor, into batch: STEPGenBatch, using generator: inout SeededGenerator
    ) {
        let count = mean.shape.batch
        noise = (0..<mean.shape.count).map { _ in generator.normal() }
        batch.setLatents { index, sample in
            let spread = exp(Self.limited(logVariance[index, sample, 0, 0]) / 2)
            return mean[index, sample, 0, 0] + spread * noise[index * count + sample]
        }
    }

    /// The divergence, averaged over the batch and weighted.
    ///
    /// - Parameter prior: the priors' means `[latent, N]`; nil for 0.
    static func divergence(mean: Tensor, logVariance: Tensor, prior: Tensor?, weight: Float) -> Float {
        var sum: Float = 0
        for index in 0..<mean.shape.channels {
            for sample in 0..<mean.shape.batch {
                let away = mean[index, sample, 0, 0] - (prior?[index, sample, 0, 0] ?? 0)
                let logVariance = limited(logVariance[index, sample, 0, 0])
                sum -= (1 + logVariance - away * away - exp(logVariance)) / 2
            }
        }
        return sum * weight / Float(max(mean.shape.batch, 1))
    }

    /// Puts the gradients of mean and log-variance together from that of the drawn code `[latent + L, N]` and that
    /// of the divergence, and adds to the gradients of the priors' means.
    func backward(
        code: Tensor, mean: Tensor, logVariance: Tensor, prior: (values: Tensor, layer: Embedding)?,
        weight: Float
    ) {
        let (latent, count) = (mean.shape.channels, mean.shape.batch)
        meanGradient.reshape(to: mean.shape)
        logVarianceGradient.reshape(to: mean.shape)
        priorGradient.reshape(to: mean.shape)
        let share = weight / Float(max(count, 1))
        for index in 0..<latent {
            for sample in 0..<count {
                let drawn = code[index, sample, 0, 0]
                let away = mean[index, sample, 0, 0] - (prior?.values[index, sample, 0, 0] ?? 0)
                let logVariance = logVariance[index, sample, 0, 0]
                let isLimited = logVariance != Self.limited(logVariance)
                let spread = exp(Self.limited(logVariance) / 2)
                meanGradient[index, sample, 0, 0] = drawn + share * away
                priorGradient[index, sample, 0, 0] = -share * away
                logVarianceGradient[index, sample, 0, 0] =
                    isLimited
                    ? 0
                    : drawn * noise[index * count + sample] * spread / 2 + share * (spread * spread - 1) / 2
            }
        }
        prior?.layer.backward(priorGradient)
    }

    /// Kept in the range in which its exponential is a number, whatever an untrained network says.
    private static func limited(_ logVariance: Float) -> Float { min(max(logVariance, -20), 10) }
}

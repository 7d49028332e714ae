import Foundation
import Gait
import NeuralNetwork

/// How a latent is drawn from what the encoder says, and how far that is from the prior.
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

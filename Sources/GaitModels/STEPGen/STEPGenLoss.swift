import Foundation
import Gait
import NeuralNetwork

/// What STEP-Gen is trained by: `Lr + kl * KL`, with `Lr = Lo + push * Lc + pull * Ld` (Bhattacharya et al. 2020,
/// equations 3 to 8), and two terms that the paper does not have.
///
/// Sums over joints and frames, means over the batch. For gaits of bones all terms are measured in positions
/// relative to the root, metres; the root counts by its velocity and height.
package struct STEPGenLoss: Codable, Sendable, Equatable {
    /// Lc: differences of velocities and of accelerations.
    package var push: Float
    /// Ld: differences of the ways from the first, the middle and the last frame.
    package var pull: Float
    /// KL: how far latents are from the prior.
    package var divergence: Float
    /// How much the length of each bone may vary over the gait; only for gaits of bones.
    package var bone: Float
    /// Differences of the feet's places and velocities over the ground; only for gaits of bones.
    package var foot: Float
    /// Of the stride's frequency, its logarithm; only for phased networks.
    package var tempo: Float

    package init(
        push: Float, pull: Float, divergence: Float, bone: Float = 0, foot: Float = 0, tempo: Float = 0
    ) {
        (self.push, self.pull, self.divergence) = (push, pull, divergence)
        (self.bone, self.foot, self.tempo) = (bone, foot, tempo)
    }

    /// The terms, weighted and averaged over the batch.
    struct Terms: Sendable, Equatable {
        var reconstruction: Float = 0
        var push: Float = 0
        var pull: Float = 0
        var divergence: Float = 0
        var bone: Float = 0
        var foot: Float = 0
        var tempo: Float = 0

        /// By their names in a model's record.
        var named: [String: Double] {
            [
                "reconstruction": reconstruction, "push": push, "pull": pull, "divergence": divergence,
                "bone": bone, "foot": foot, "tempo": tempo, "loss": total,
            ].mapValues { Double($0) }
        }

        var total: Float { reconstruction + push + pull + divergence + bone + foot + tempo }
    }

    /// Lo, Lc and Ld of a row of differences between a real and a synthetic coordinate over time; their
    /// gradient with respect to the synthetic one is added to `gradient`.
    ///
    /// - Returns: the unweighted sums.
    func sequence(
        _ error: UnsafeBufferPointer<Float>, share: Float, into gradient: UnsafeMutableBufferPointer<Float>
    ) -> (original: Float, push: Float, pull: Float) {
        let frames = error.count
        var sums = (original: Float(0), push: Float(0), pull: Float(0))
        for t in 0..<frames {
            sums.original += error[t] * error[t]
            gradient[t] -= 2 * share * error[t]
        }
        if push > 0 { sums.push = pushTerm(error, scale: 2 * share * push, into: gradient) }
        if pull > 0 { sums.pull = pullTerm(error, scale: 2 * share * pull, into: gradient) }
        return sums
    }

    /// Lc, equation 5.
    private func pushTerm(
        _ error: UnsafeBufferPointer<Float>, scale: Float, into gradient: UnsafeMutableBufferPointer<Float>
    ) -> Float {
        var sum: Float = 0
        for t in 1..<max(error.count, 1) {
            let velocity = error[t] - error[t - 1]
            sum += velocity * velocity
            gradient[t] -= scale * velocity
            gradient[t - 1] += scale * velocity
            guard t > 1 else { continue }
            let acceleration = velocity - (error[t - 1] - error[t - 2])
            sum += acceleration * acceleration
            gradient[t] -= scale * acceleration
            gradient[t - 1] += 2 * scale * acceleration
            gradient[t - 2] -= scale * acceleration
        }
        return sum
    }

    /// Ld, equation 6.
    private func pullTerm(
        _ error: UnsafeBufferPointer<Float>, scale: Float, into gradient: UnsafeMutableBufferPointer<Float>
    ) -> Float {
        let frames = error.count
        var sum: Float = 0
        for anchor in [0, frames / 2, frames - 1] {
            var total: Float = 0
            for t in 0..<frames {
                let way = error[t] - error[anchor]
                sum += way * way
                total += way
                gradient[t] -= scale * way
            }
            gradient[anchor] += scale * total
        }
        return sum
    }
}

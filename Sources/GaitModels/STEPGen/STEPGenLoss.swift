import Foundation
import Gait
import NeuralNetwork

/// The loss of STEP-Gen: `Lr + kl * KL`, with `Lr = Lo + push * Lc + pull * Ld` (Bhattacharya et al. 2020, equations
/// 3 to 8), and two terms that the paper does not have.
///
/// Sums over joints and frames, means over the batch. For gaits of bones all terms are measured in positions relative
/// to the root, meters; the root counts by its velocity and height.
package struct STEPGenLoss: Codable, Sendable, Equatable {
    /// Lc: differences of velocities and of accelerations.
    package var push: Float
    /// Ld: differences of the ways from the first, the middle and the last frame.
    package var pull: Float
    /// KL: how far latents are from the prior.
    package var divergence: Float
    /// How much the length of each bone may vary over the gait; only for gaits of bones.
    package var bone: Float = 0
    /// Differences of the feet's places and velocities over the ground; only for gaits of bones.
    package var foot: Float = 0
    /// Of the stride's frequency, its logarithm; only for phased networks.
    package var tempo: Float = 0

    /// The terms, weighted and averaged over the batch.
    struct Terms: Sendable, Equatable {
        var reconstruction: Float = 0
        var push: Float = 0
        var pull: Float = 0
        var divergence: Float = 0
        var bone: Float = 0
        var foot: Float = 0
        var tempo: Float = 0

        /// Every term and its name in a model's record.
        private static var all: [(name: String, term: WritableKeyPath<Terms, Float>)] {
            [
                ("reconstruction", \.reconstruction), ("push", \.push), ("pull", \.pull),
                ("divergence", \.divergence), ("bone", \.bone), ("foot", \.foot), ("tempo", \.tempo),
            ]
        }

        /// By their names in a model's record.
        var named: [String: Double] {
            Dictionary(uniqueKeysWithValues: Self.all.map { ($0.name, Double(self[keyPath: $0.term])) })
                .merging(["loss": Double(total)]) { $1 }
        }

        var total: Float { reconstruction + push + pull + divergence + bone + foot + tempo }

        /// Adds a share of other terms.
        mutating func add(_ other: Terms, share: Float) {
            for (_, term) in Self.all { self[keyPath: term] += share * other[keyPath: term] }
        }
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

/// The terms of a ``STEPGenLoss`` that compare synthetic gaits with real ones, and their gradient.
///
/// Keeps its tensors, so that a step of a batch size seen before allocates nothing.
final class STEPGenCriterion {
    private let loss: STEPGenLoss
    private let motion: MotionForm
    private let error = Tensor()
    /// With respect to the synthetic values.
    let gradient = Tensor()

    init(_ loss: STEPGenLoss, motion: MotionForm) {
        (self.loss, self.motion) = (loss, motion)
    }

    /// The terms, averaged over the batch; the gradient is then in ``gradient``.
    ///
    /// - Parameters: values of the motion `[3, N, V, T]`.
    func callAsFunction(synthetic: Tensor, real: Tensor) -> STEPGenLoss.Terms {
        let shape = synthetic.shape
        let share = 1 / Float(max(shape.batch, 1))
        var terms = STEPGenLoss.Terms()
        error.reshape(to: shape)
        gradient.reshape(to: shape)
        // Positions are sums of bones, so errors of positions are sums of errors of bones.
        error.withValues { error in
            synthetic.withValues { synthetic in
                real.withValues { real in
                    for index in error.indices { error[index] = real[index] - synthetic[index] }
                }
            }
        }
        if motion == .bones { Self.sumAlongChains(error) }
        gradient.withValues { gradient in
            gradient.update(repeating: 0)
            error.withValues { error in
                compareRows(error, into: gradient, shape, share, &terms)
                if motion == .bones, loss.foot > 0 {
                    terms.foot = feet(error, into: gradient, shape, share * loss.foot)
                }
            }
        }
        if motion == .bones {
            Self.gatherAlongChains(gradient)
            if loss.bone > 0 { terms.bone = lengths(of: synthetic, share * loss.bone) }
        }
        return terms
    }

    private func compareRows(
        _ error: UnsafeMutableBufferPointer<Float>, into gradient: UnsafeMutableBufferPointer<Float>,
        _ shape: Shape, _ share: Float, _ terms: inout STEPGenLoss.Terms
    ) {
        for start in stride(from: 0, to: shape.count, by: shape.frames) {
            let row = start..<start + shape.frames
            let sums = loss.sequence(
                UnsafeBufferPointer(rebasing: error[row]), share: share,
                into: UnsafeMutableBufferPointer(rebasing: gradient[row]))
            terms.reconstruction += share * sums.original
            terms.push += share * loss.push * sums.push
            terms.pull += share * loss.pull * sums.pull
        }
    }

    /// The feet's errors over the ground: of their velocity ahead and, beside the root, sideways, meters a frame, and
    /// of their height.
    private func feet(
        _ error: UnsafeMutableBufferPointer<Float>, into gradient: UnsafeMutableBufferPointer<Float>,
        _ shape: Shape, _ weight: Float
    ) -> Float {
        let perFrame = 1 / (MotionForm.rootScale * Gait.frameRate)
        var sum: Float = 0
        for channel in 0..<3 {
            // The role of the root's row for a foot: nothing, the height, the forward velocity.
            let rootPart: Float = [0, 1, perFrame][channel]
            for sample in 0..<shape.batch {
                let rows = (channel * shape.batch + sample) * shape.joints
                let root = rows * shape.frames
                for joint in [Joint.leftFoot, .rightFoot] {
                    let foot = (rows + joint.rawValue) * shape.frames
                    for t in (channel == 1 ? 0 : 1)..<shape.frames {
                        let earlier: Float = channel == 1 ? 0 : error[foot + t - 1]
                        let difference = rootPart * error[root + t] + error[foot + t] - earlier
                        sum += weight * difference * difference
                        let slope = 2 * weight * difference
                        gradient[root + t] -= slope * rootPart
                        gradient[foot + t] -= slope
                        if channel != 1 { gradient[foot + t - 1] += slope }
                    }
                }
            }
        }
        return sum
    }

    /// The squared differences of each bone's length from its mean over the gait.
    private func lengths(of bones: Tensor, _ weight: Float) -> Float {
        let shape = bones.shape
        let plane = shape.columns
        var lengths = [Float](repeating: 0, count: shape.frames)
        var sum: Float = 0
        bones.withValues { bones in
            gradient.withValues { gradient in
                for row in 0..<shape.batch * shape.joints where row % shape.joints != 0 {
                    let start = row * shape.frames
                    for t in 0..<shape.frames {
                        let (x, y, z) = (
                            bones[start + t], bones[plane + start + t], bones[2 * plane + start + t]
                        )
                        lengths[t] = (x * x + y * y + z * z).squareRoot()
                    }
                    let mean = lengths.reduce(0, +) / Float(shape.frames)
                    for t in 0..<shape.frames where lengths[t] > 1e-6 {
                        let excess = lengths[t] - mean
                        sum += weight * excess * excess
                        let slope = 2 * weight * excess / lengths[t]
                        for channel in 0..<3 {
                            gradient[channel * plane + start + t] +=
                                slope * bones[channel * plane + start + t]
                        }
                    }
                }
            }
        }
        return sum
    }

    /// Bones to positions relative to the root; the root's own rows are unchanged.
    private static func sumAlongChains(_ values: Tensor) {
        let shape = values.shape
        values.withValues { values in
            for body in 0..<shape.channels * shape.batch {
                for joint in Joint.allCases {
                    guard let parent = joint.parent, parent != .root else { continue }
                    let row = (body * shape.joints + joint.rawValue) * shape.frames
                    let from = (body * shape.joints + parent.rawValue) * shape.frames
                    for t in 0..<shape.frames { values[row + t] += values[from + t] }
                }
            }
        }
    }

    /// The transpose of ``sumAlongChains(_:)``: a bone moves everything beyond it.
    private static func gatherAlongChains(_ gradient: Tensor) {
        let shape = gradient.shape
        gradient.withValues { values in
            for body in 0..<shape.channels * shape.batch {
                for joint in Joint.allCases.reversed() {
                    guard let parent = joint.parent, parent != .root else { continue }
                    let row = (body * shape.joints + joint.rawValue) * shape.frames
                    let from = (body * shape.joints + parent.rawValue) * shape.frames
                    for t in 0..<shape.frames { values[from + t] += values[row + t] }
                }
            }
        }
    }
}

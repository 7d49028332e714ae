import Gait
import NeuralNetwork

/// The terms of a ``STEPGenLoss`` that compare synthetic gaits with real ones, and their gradient.
///
/// Keeps its tensors, so that a step of a batch size seen before allocates nothing.
final class STEPGenCriterion {
    private let loss: STEPGenLoss
    private let motion: MotionForm
    private let error = Tensor()
    private let placeGradient = Tensor()
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
        // Places are sums of bones, so errors of places are sums of errors of bones.
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

    /// The feet's errors over the ground: of their velocity ahead and, beside the root, sideways, metres a frame, and
    /// of their height.
    private func feet(
        _ error: UnsafeMutableBufferPointer<Float>, into gradient: UnsafeMutableBufferPointer<Float>,
        _ shape: Shape, _ weight: Float
    ) -> Float {
        let perFrame = 1 / (MotionForm.rootScale * Gait.frameRate)
        var sum: Float = 0
        for channel in 0..<3 {
            // What the root's row is to a foot: nothing, the height, the velocity ahead.
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

    /// Bones to places relative to the root; the root's own rows stay what they are.
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

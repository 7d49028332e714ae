import Gait
import NeuralNetwork

/// How differently a classifier's layers see two gaits (Johnson et al., Perceptual losses, 2016).
///
/// A mean over what is possible is near every joint's place, and yet walks as nobody does. What the layers of a trained
/// classifier make of a gait tells such gaits from real ones.
final class PerceptualLoss {
    private let networks: [STEP]
    private let found = Tensor()
    /// The true bodies as the classifier sees them, `[3, N, V, T]`.
    let wanted = Tensor()
    private let slope = Tensor()

    /// - Parameter teacher: a classifier; its members take turns.
    /// - Throws: ``ModelError`` if it is damaged, or no STEP network that sees positions alone.
    init(_ teacher: TrainedModel) throws(ModelError) {
        let description = teacher.description
        guard let step = description.step, step.input == .positions, step.window == Gait.windowFrames,
            step.normalisation == .hipAxis, step.skeleton == .limbs
        else {
            throw .configuration(
                "\(description.name) cannot teach a lifter: it is no STEP network for 75 frames of turned positions"
            )
        }
        networks = try NetworkFile.networks(
            SafeTensors(teacher.tensors, path: description.name), step,
            features: step.head.affective ? description.affective?.features.count ?? 0 : 0)
    }

    /// Adds to the gradient of a lifter's output.
    ///
    /// - Parameters:
    ///   - output: the lifter's, `[40, N, 1, 75]`.
    ///   - scenes: what was there in the first of the windows.
    ///   - turn: which of the members judges.
    ///   - weight: of the loss.
    /// - Returns: The squared distance of the features, as a share of their variance over the scenes.
    func add(
        _ output: Tensor, _ scenes: ArraySlice<LifterScene>, turn: Int, weight: Float, to gradient: Tensor
    ) -> Float {
        let network = networks[turn % networks.count]
        let shape = Shape(
            channels: 3, batch: scenes.count, joints: Joint.count, frames: Gait.windowFrames)
        found.reshape(to: shape)
        wanted.reshape(to: shape)
        let frames = scenes.map { HipAxisFit(rootRelative: $0.typicalBody.rootRelative()) }
        output.withValues { values in
            let columns = output.shape.columns
            for (index, scene) in scenes.enumerated() {
                fill(wanted, index, frames[index]) { scene.target[($1 * LifterJoints.count + $0) * 3 + $2] }
                fill(found, index, frames[index]) { joint, frame, axis in
                    LifterNetwork.coordinateUnit
                        * values[(3 * joint + axis) * columns + index * Gait.windowFrames + frame]
                }
            }
        }
        let target = network.features(wanted).values
        let features = network.features(found)
        let (loss, scale) = compare(features, target)
        let input = network.backward(features: slope)
        scatter(input, frames, weight * scale, to: gradient, columns: output.shape.columns)
        return loss
    }

    /// Puts one window's body, root-relative and turned, into a network's input.
    ///
    /// - Parameter place: a coordinate of a joint in a frame, meters.
    private func fill(
        _ tensor: Tensor, _ window: Int, _ fit: HipAxisFit,
        place: (_ joint: Int, _ frame: Int, _ axis: Int) -> Float
    ) {
        let shape = tensor.shape
        tensor.withValues { values in
            for frame in 0..<Gait.windowFrames {
                var body = InlineArray<16, SIMD3<Float>>(repeating: .zero)
                for part in Self.parts {
                    let source = SIMD3(
                        place(part.source, frame, 0), place(part.source, frame, 1),
                        place(part.source, frame, 2))
                    body[part.joint] += part.share * source
                }
                for joint in body.indices {
                    let turned = fit.turned(body[joint])
                    for axis in 0..<3 { values[Self.index(axis, window, joint, frame, shape)] = turned[axis] }
                }
            }
        }
    }

    /// Where a coordinate is in a network's input.
    private static func index(_ axis: Int, _ window: Int, _ joint: Int, _ frame: Int, _ shape: Shape) -> Int {
        ((axis * shape.batch + window) * shape.joints + joint) * shape.frames + frame
    }

    /// The squared distance as a share of the variance, and the factor of its gradient, which is put into `slope`.
    private func compare(_ features: Tensor, _ target: [Float]) -> (loss: Float, scale: Float) {
        let batch = features.shape.batch
        var (squares, variance): (Float, Float) = (0, 0)
        slope.reshape(to: features.shape)
        features.withValues { values in
            slope.withValues { slopes in
                for place in values.indices {
                    slopes[place] = values[place] - target[place]
                    squares += slopes[place] * slopes[place]
                }
            }
        }
        for channel in 0..<features.shape.channels {
            let row = target[channel * batch..<(channel + 1) * batch]
            let mean = row.reduce(0, +) / Float(batch)
            variance += row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        }
        guard variance > 1e-9 else { return (0, 0) }
        return (squares / variance, 2 / variance)
    }

    private func scatter(
        _ input: Tensor, _ fits: [HipAxisFit], _ scale: Float, to gradient: Tensor, columns: Int
    ) {
        let shape = input.shape
        let scale = scale * LifterNetwork.coordinateUnit
        input.withValues { slopes in
            gradient.withValues { values in
                for (window, fit) in fits.enumerated() {
                    for frame in 0..<shape.frames {
                        for part in Self.parts {
                            func slope(_ axis: Int) -> Float {
                                slopes[Self.index(axis, window, part.joint, frame, shape)]
                            }
                            let back = fit.turnedBack(SIMD3(slope(0), slope(1), slope(2)))
                            for axis in 0..<3 {
                                let row = (3 * part.source + axis) * columns
                                values[row + window * Gait.windowFrames + frame] +=
                                    scale * part.share * back[axis]
                            }
                        }
                    }
                }
            }
        }
    }

    /// A share of one of the 13 joints in one of the 16.
    private struct Part {
        let joint: Int
        let source: Int
        let share: Float
    }

    /// What the 16 joints are made of, from the root. ``JointNormalization/limbs`` puts them there, except that it also fixes
    /// the head's distance.
    private static let parts: [Part] = {
        let limbs = ImageWindow.joints.enumerated().map {
            Part(joint: $1.rawValue, source: $0, share: 1)
        }
        let neck = [LifterJoints.leftShoulder, LifterJoints.rightShoulder].map {
            Part(joint: Joint.neck.rawValue, source: $0, share: 0.5)
        }
        // The spine is midway between the root and the neck.
        let spine = neck.map { Part(joint: Joint.spine.rawValue, source: $0.source, share: 0.25) }
        let joints = limbs.map(\.joint) + [Joint.neck.rawValue]
        let root = [LifterJoints.leftHip, LifterJoints.rightHip].flatMap { hip in
            joints.map { Part(joint: $0, source: hip, share: -0.5) }
                + [Part(joint: Joint.spine.rawValue, source: hip, share: -0.25)]
        }
        return limbs + neck + spine + root
    }()
}

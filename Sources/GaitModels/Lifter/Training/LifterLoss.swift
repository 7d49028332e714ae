import Gait
package import NeuralNetwork

/// The weights of a lifter's loss.
package struct LifterLossWeights: Codable, Sendable, Equatable {
    /// How much elbows count, and wrists, and the head; every other joint counts 1. An emotion shows in them.
    package var elbows: Float = 1.5
    package var hands: Float = 2
    package var head: Float = 1.5
    /// Of the joints' velocities, by meters a second.
    package var velocity: Float = 0.05
    /// Of the bones' lengths, by meters.
    package var bones: Float = 0.05
    /// Of how far feet and hands swing, by meters: a mean over what is possible swings too little.
    package var swing: Float = 0.1
    /// Of the tilt, by ten degrees.
    package var tilt: Float = 0.02
    /// Of what a classifier's layers make of the gait, as a share of the variance.
    package var perception: Float = 0.04

    package init() {}

    /// By the place in ``ImageWindow/joints``.
    var joints: [Float] {
        ImageWindow.joints.map { joint in
            switch joint {
            case .leftElbow, .rightElbow: elbows
            case .leftHand, .rightHand: hands
            case .head: head
            default: 1
            }
        }
    }
}

/// What a lifter's output is worth, and in which direction it improves.
package final class LifterLoss {
    /// The loss and its parts, means over the windows.
    package struct Terms: Sendable {
        package var total: Float = 0
        /// The mean distance of the joints, meters.
        package var distance: Float = 0
        /// Meters a second.
        package var velocity: Float = 0
        /// Meters.
        package var bones: Float = 0
        package var swing: Float = 0
        /// Ten degrees.
        package var tilt: Float = 0
        /// A share of the variance.
        package var perception: Float = 0

        package init() {}

        /// Adds other terms times a share.
        mutating func add(_ other: Terms, share: Float) {
            total += share * other.total
            distance += share * other.distance
            velocity += share * other.velocity
            bones += share * other.bones
            swing += share * other.swing
            tilt += share * other.tilt
            perception += share * other.perception
        }

        /// The terms by name, as a model's card has them.
        package var named: [String: Double] {
            [
                "loss": Double(total), "error_mm": Double(distance * 1000),
                "velocity_mps": Double(velocity), "bones_mm": Double(bones * 1000),
                "swing_mm": Double(swing * 1000), "tilt_deg": Double(tilt * LifterNetwork.tiltUnit),
            ]
        }
    }

    /// The gradient of the output of the last call, `[40, N, 1, 75]`.
    package let gradient = Tensor()
    private let weights: LifterLossWeights
    private let jointShares: [Float]
    /// What makes distances differentiable at zero, meters.
    private static let softness: Float = 1e-4
    private static let frames = Gait.windowFrames
    /// Left and right of what swings.
    private static let swings = [
        (LifterJoints.leftFoot, LifterJoints.rightFoot), (LifterJoints.leftHand, LifterJoints.rightHand),
    ]

    package init(_ weights: LifterLossWeights) {
        self.weights = weights
        let joints = weights.joints
        let sum = joints.reduce(0, +)
        jointShares = joints.map { $0 / sum }
    }

    /// - Parameters:
    ///   - output: the network's, `[40, N, 1, 75]`.
    ///   - scenes: what was there, N of them.
    package func callAsFunction(_ output: Tensor, _ scenes: [LifterScene]) -> Terms {
        precondition(output.shape.batch == scenes.count, "\(scenes.count) scenes for \(output.shape)")
        gradient.reshape(to: output.shape)
        var terms = Terms()
        let columns = output.shape.columns
        let share = 1 / Float(max(scenes.count, 1))
        output.withValues { values in
            gradient.withValues { gradients in
                for (index, scene) in scenes.enumerated() {
                    let start = index * Self.frames
                    var body = Body(values, start: start, stride: columns, target: scene.target)
                    var own = Terms()
                    addDistance(&body, &own)
                    addVelocity(&body, &own)
                    addBones(&body, &own)
                    addSwing(&body, &own)
                    let tilt = LifterJoints.coordinates * columns + start
                    addTilt(values, gradients, at: tilt, scene.tilt, share, &own)
                    body.scatter(gradients, start: start, stride: columns, share: share)
                    terms.add(own, share: share)
                }
            }
        }
        return terms
    }

    /// One window's joints `[T, V]`, meters, and the gradients of the loss by them.
    private struct Body {
        var found: [SIMD3<Float>]
        var wanted: [SIMD3<Float>]
        var gradients: [SIMD3<Float>]

        init(
            _ values: UnsafeMutableBufferPointer<Float>, start: Int, stride: Int, target: [Float]
        ) {
            let count = LifterJoints.count
            found = Array(repeating: .zero, count: LifterLoss.frames * count)
            wanted = found
            gradients = found
            for frame in 0..<LifterLoss.frames {
                for joint in 0..<count {
                    let place = frame * count + joint
                    let channel = 3 * joint * stride + start + frame
                    found[place] =
                        LifterNetwork.coordinateUnit
                        * SIMD3(values[channel], values[channel + stride], values[channel + 2 * stride])
                    wanted[place] = SIMD3(target[3 * place], target[3 * place + 1], target[3 * place + 2])
                }
            }
        }

        func scatter(
            _ values: UnsafeMutableBufferPointer<Float>, start: Int, stride: Int, share: Float
        ) {
            let count = LifterJoints.count
            for frame in 0..<LifterLoss.frames {
                for joint in 0..<count {
                    let gradient = gradients[frame * count + joint] * (share * LifterNetwork.coordinateUnit)
                    let channel = 3 * joint * stride + start + frame
                    for axis in 0..<3 { values[channel + axis * stride] = gradient[axis] }
                }
            }
        }
    }

    /// The length of a vector, smooth at zero.
    private static func length(_ vector: SIMD3<Float>) -> Float {
        (vector.dot(vector) + softness * softness).squareRoot()
    }

    private func addDistance(_ body: inout Body, _ terms: inout Terms) {
        let count = LifterJoints.count
        let share = 1 / Float(Self.frames)
        for place in body.found.indices {
            let difference = body.found[place] - body.wanted[place]
            let length = Self.length(difference)
            let weight = jointShares[place % count] * share
            terms.total += weight * length
            terms.distance += length * share / Float(count)
            body.gradients[place] += difference * (weight / length)
        }
    }

    private func addVelocity(_ body: inout Body, _ terms: inout Terms) {
        let count = LifterJoints.count
        let share = 1 / Float((Self.frames - 1) * count)
        for place in count..<body.found.count {
            let before = place - count
            let moved = body.found[place] - body.found[before]
            let wanted = body.wanted[place] - body.wanted[before]
            let difference = (moved - wanted) * Gait.frameRate
            let length = Self.length(difference)
            terms.total += weights.velocity * share * length
            terms.velocity += share * length
            let slope = difference * (weights.velocity * share * Gait.frameRate / length)
            body.gradients[place] += slope
            body.gradients[before] -= slope
        }
    }

    private func addBones(_ body: inout Body, _ terms: inout Terms) {
        let count = LifterJoints.count
        let share = 1 / Float(Self.frames * LifterJoints.bones.count)
        for start in stride(from: 0, to: body.found.count, by: count) {
            for (one, other) in LifterJoints.bones {
                let bone = body.found[start + one] - body.found[start + other]
                let length = Self.length(bone)
                let difference = length - Self.length(body.wanted[start + one] - body.wanted[start + other])
                let error = (difference * difference + Self.softness * Self.softness).squareRoot()
                terms.total += weights.bones * share * error
                terms.bones += share * error
                let slope = bone * (weights.bones * share * difference / (error * length))
                body.gradients[start + one] += slope
                body.gradients[start + other] -= slope
            }
        }
    }

    private func addSwing(_ body: inout Body, _ terms: inout Terms) {
        let count = LifterJoints.count
        let share = 1 / Float(Self.swings.count)
        for (left, right) in Self.swings {
            func vectors(_ joints: [SIMD3<Float>]) -> [SIMD3<Float>] {
                let between = stride(from: 0, to: joints.count, by: count).map {
                    joints[$0 + left] - joints[$0 + right]
                }
                let mean = between.reduce(.zero, +) / Float(between.count)
                return between.map { $0 - mean }
            }
            /// The standard deviation of centered vectors.
            func deviation(_ vectors: [SIMD3<Float>]) -> Float {
                let squares = vectors.reduce(0) { $0 + $1.dot($1) } / Float(vectors.count)
                return (squares + Self.softness * Self.softness).squareRoot()
            }
            let found = vectors(body.found)
            let swing = deviation(found)
            let difference = swing - deviation(vectors(body.wanted))
            let error = (difference * difference + Self.softness * Self.softness).squareRoot()
            terms.total += weights.swing * share * error
            terms.swing += share * error
            let factor = weights.swing * share * difference / (error * swing * Float(found.count))
            for (frame, vector) in found.enumerated() {
                body.gradients[frame * count + left] += vector * factor
                body.gradients[frame * count + right] -= vector * factor
            }
        }
    }

    /// The tilt is the mean over the frames.
    private func addTilt(
        _ values: UnsafeMutableBufferPointer<Float>, _ gradients: UnsafeMutableBufferPointer<Float>,
        at start: Int, _ tilt: Float, _ windowShare: Float, _ terms: inout Terms
    ) {
        let frames = start..<start + Self.frames
        let mean = frames.reduce(0) { $0 + values[$1] } / Float(Self.frames)
        let difference = mean - tilt / LifterNetwork.tiltUnit
        let error = (difference * difference + Self.softness * Self.softness).squareRoot()
        terms.total += weights.tilt * error
        terms.tilt += error
        let slope = weights.tilt * difference / error / Float(Self.frames) * windowShare
        for frame in frames { gradients[frame] = slope }
    }
}

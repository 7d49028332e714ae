import Foundation
package import Gait

/// A body for tests: stands facing +z, and can walk, which swings legs and arms like pendulums.
package enum TestBody {
    /// Upright, left side at +x, feet 20 cm apart, meters.
    package static let standing: [SIMD3<Float>] = [
        SIMD3(0, 0.9, 0), SIMD3(0, 1.15, 0), SIMD3(0, 1.4, 0), SIMD3(0, 1.6, 0), SIMD3(0.2, 1.4, 0),
        SIMD3(0.2, 1.15, 0), SIMD3(0.2, 0.9, 0), SIMD3(-0.2, 1.4, 0), SIMD3(-0.2, 1.15, 0),
        SIMD3(-0.2, 0.9, 0), SIMD3(0.1, 0.9, 0), SIMD3(0.1, 0.5, 0.02), SIMD3(0.1, 0.1, 0),
        SIMD3(-0.1, 0.9, 0), SIMD3(-0.1, 0.5, 0.02), SIMD3(-0.1, 0.1, 0),
    ]

    /// A frame in which the legs have swung by an angle, in radians, arms against them, and the body is at
    /// `place`.
    package static func frame(swing: Float, place: SIMD3<Float> = .zero) -> [SIMD3<Float>] {
        var joints = standing
        Self.swing(&joints, legs: swing, arms: swing)
        return joints.map { $0 + place }
    }

    /// Swings legs and arms against each other, by angles in radians.
    package static func swing(_ joints: inout [SIMD3<Float>], legs: Float, arms: Float) {
        turn(&joints, limb: [.leftKnee, .leftFoot], about: .leftHip, by: legs)
        turn(&joints, limb: [.rightKnee, .rightFoot], about: .rightHip, by: -legs)
        turn(&joints, limb: [.leftElbow, .leftHand], about: .leftShoulder, by: -arms)
        turn(&joints, limb: [.rightElbow, .rightHand], about: .rightShoulder, by: arms)
    }

    /// A walk of one stride a second and 1.2 m/s along +z.
    package static func walk(frames: Int = 75, swing: Float = 0.4) -> Gait {
        gait(frames: frames) { time in walkingFrame(at: time, swing: swing) }
    }

    /// The walk's frame at a time in seconds: the knees are bent, and the foot that swings forward is lifted.
    package static func walkingFrame(at time: Float, swing: Float = 0.4) -> [SIMD3<Float>] {
        let angle = 2 * Float.pi * time
        var joints = frame(swing: swing * sin(angle), place: SIMD3(0, 0, 1.2 * time))
        joints[Joint.leftKnee.rawValue].z += 0.04
        joints[Joint.rightKnee.rawValue].z += 0.04
        joints[Joint.leftFoot.rawValue].y += 0.06 * max(cos(angle), 0)
        joints[Joint.rightFoot.rawValue].y += 0.06 * max(-cos(angle), 0)
        return joints
    }

    /// The walk's pose at a time in seconds.
    package static func walkingPose(at time: Float) -> Pose { pose(walkingFrame(at: time)) }

    package static func pose(_ joints: [SIMD3<Float>]) -> Pose { Pose(positions: InlineArray { joints[$0] }) }

    /// A gait whose frames are what the closure makes of their time in seconds.
    package static func gait(frames: Int = 75, _ joints: (Float) -> [SIMD3<Float>]) -> Gait {
        Gait(
            validated: (0..<frames).flatMap { frame in
                joints(Float(frame) / Gait.frameRate).flatMap { [$0.x, $0.y, $0.z] }
            })
    }

    private static func turn(
        _ joints: inout [SIMD3<Float>], limb: [Joint], about center: Joint, by angle: Float
    ) {
        let origin = joints[center.rawValue]
        for joint in limb {
            let arm = joints[joint.rawValue] - origin
            joints[joint.rawValue] =
                origin
                + SIMD3(
                    arm.x, cos(angle) * arm.y + sin(angle) * arm.z, cos(angle) * arm.z - sin(angle) * arm.y)
        }
    }
}

/// The largest difference between two rows of coordinates.
package func largestDifference(_ one: Gait, _ other: Gait) -> Float {
    zip(one.coordinates, other.coordinates).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
}

/// The distance between two positions.
package func distance(_ one: SIMD3<Float>, _ other: SIMD3<Float>) -> Float {
    ((one - other) * (one - other)).sum().squareRoot()
}

extension Gait {
    /// The walk with normally distributed noise on every coordinate.
    ///
    /// - Parameter standardDeviation: meters.
    package func withNoise(standardDeviation: Float, using generator: inout SeededGenerator) -> Gait {
        Gait(validated: coordinates.map { $0 + standardDeviation * generator.normal() })
    }
}

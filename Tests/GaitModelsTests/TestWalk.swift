import Foundation
import Gait

@testable import GaitModels

/// Walks for tests: legs and arms swing like pendulums, at one stride a second.
enum TestWalk {
    /// Upright, facing +z, left side at +x, metres.
    private static let standing: [SIMD3<Float>] = [
        SIMD3(0, 0.9, 0), SIMD3(0, 1.15, 0), SIMD3(0, 1.4, 0), SIMD3(0, 1.6, 0.02), SIMD3(0.2, 1.4, 0),
        SIMD3(0.2, 1.15, 0), SIMD3(0.2, 0.9, 0), SIMD3(-0.2, 1.4, 0), SIMD3(-0.2, 1.15, 0),
        SIMD3(-0.2, 0.9, 0), SIMD3(0.1, 0.9, 0), SIMD3(0.1, 0.5, 0.02), SIMD3(0.1, 0.1, 0),
        SIMD3(-0.1, 0.9, 0), SIMD3(-0.1, 0.5, 0.02), SIMD3(-0.1, 0.1, 0),
    ]

    /// A walk.
    ///
    /// - Parameters:
    ///   - armSwing: how far an arm swings to either side, radians.
    ///   - seed: of its phase, its direction and 5 mm of noise.
    static func gait(armSwing: Float, frames: Int = 75, seed: UInt64 = 1) -> Gait {
        var generator = SeededGenerator(seed: seed)
        let phase = generator.uniform(0...6.28)
        let yaw = generator.uniform(-3.1...3.1)
        var coordinates: [Float] = []
        for frame in 0..<frames {
            let time = Float(frame) / Gait.frameRate
            let swing = sin(2 * .pi * time + phase)
            var joints = standing
            turn(&joints, limb: [11, 12], about: 10, by: 0.4 * swing)
            turn(&joints, limb: [14, 15], about: 13, by: -0.4 * swing)
            turn(&joints, limb: [5, 6], about: 4, by: -armSwing * swing)
            turn(&joints, limb: [8, 9], about: 7, by: armSwing * swing)
            for joint in joints {
                let place = joint + SIMD3(0, 0, 1.2 * time)
                coordinates += [
                    cos(yaw) * place.x + sin(yaw) * place.z, place.y, cos(yaw) * place.z - sin(yaw) * place.x,
                ].map { $0 + 0.005 * generator.normal() }
            }
        }
        return Gait(validated: coordinates)
    }

    /// Walks of two classes, which differ in how far the arms swing; a group for every two walks.
    static func classes(perClass: Int, seed: UInt64, frames: Int = 75) -> [TrainingGait] {
        (0..<2 * perClass).map { index in
            let label = index % 2
            let walk = gait(
                armSwing: label == 0 ? 0.1 : 0.7, frames: frames, seed: seed &* 1000 &+ UInt64(index))
            return TrainingGait(key: "walk\(index)", gait: walk, label: label, group: "\(label).\(index / 4)")
        }
    }

    private static func turn(_ joints: inout [SIMD3<Float>], limb: [Int], about centre: Int, by angle: Float)
    {
        for joint in limb {
            let arm = joints[joint] - joints[centre]
            joints[joint] =
                joints[centre]
                + SIMD3(
                    arm.x, cos(angle) * arm.y + sin(angle) * arm.z, cos(angle) * arm.z - sin(angle) * arm.y)
        }
    }
}

import Foundation
import Gait
import TestSupport

@testable import GaitModels

/// Walks for tests: legs and arms swing like pendulums, at one stride a second.
enum TestWalk {
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
            var joints = TestBody.standing
            joints[Joint.head.rawValue].z = 0.02
            TestBody.swing(&joints, legs: 0.4 * swing, arms: armSwing * swing)
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
}

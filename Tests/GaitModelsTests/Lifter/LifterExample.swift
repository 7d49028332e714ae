import Gait
import NeuralNetwork

@testable import GaitModels

/// Small lifters and scenes for tests.
enum LifterExample {
    static var configuration: LifterConfiguration {
        var configuration = LifterConfiguration()
        (configuration.channels, configuration.blocks) = (8, 2)
        (configuration.frameHidden, configuration.channelHidden) = (10, 12)
        return configuration
    }

    static func network(seed: UInt64 = 1) -> LifterNetwork {
        var generator = SeededGenerator(seed: seed)
        return LifterNetwork(configuration, using: &generator)
    }

    static var model: TrainedModel {
        TrainedModel(
            description: ModelDescription(
                name: "lifter", kind: .lifter, labels: [], lifter: configuration),
            tensors: network().store.tensors())
    }

    static func walk(seed: UInt64 = 1, frames: Int = 75) -> Gait {
        JointNormalization.limbs.apply(to: TestWalk.gait(armSwing: 0.4, frames: frames, seed: seed))
    }

    static func scenes(_ count: Int, seed: UInt64 = 1) -> [LifterScene] {
        var generator = SeededGenerator(seed: seed)
        let source = LifterSceneSource(bodyLength: 1.35)
        return (0..<count).map { source.scene(of: walk(seed: UInt64($0)), using: &generator) }
    }

    /// A camera 3 m in front of a point that looks along -z, level unless it is tilted.
    static func camera(at place: SIMD3<Float> = SIMD3(0, 1, 3), yaw: Float = 0, tilt: Float = 0)
        -> VirtualCamera
    {
        VirtualCamera(
            positions: Array(repeating: place, count: 75), yaws: Array(repeating: yaw, count: 75),
            tilts: Array(repeating: tilt, count: 75), halfView: SIMD2(1, 1))
    }

    /// Walks of several recordings in two sets.
    static func recordings(_ count: Int) -> [TrainingGait] {
        (0..<count).map { index in
            TrainingGait(
                key: "walk\(index)", gait: TestWalk.gait(armSwing: 0.3, frames: 120, seed: UInt64(index)),
                label: index % 2, group: "recording\(index)")
        }
    }
}

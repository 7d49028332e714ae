import Foundation
import Gait
import Simulation

@testable import Perception

/// One mannequin's walk before a camera.
struct FilmedWalk {
    /// From where the person is seen, degrees: 0 from the front, 90 from the person's left, 180 from behind.
    let side: Double
    /// From the camera to the middle of the way, meters.
    let distance: Double
    /// Whether the person stays at the distance, as on a treadmill.
    let isOnTreadmill: Bool
    let seed: UInt64
    let seconds: Double

    private static let emotions = Emotion.allCases

    private var walker: Walker {
        // The camera looks along -z.
        let heading = -side * .pi / 180
        let emotion = Self.emotions[Int(seed % UInt64(Self.emotions.count))]
        var options = Walker.Options(
            radius: 1000, heading: Float(heading), isOnTreadmill: isOnTreadmill)
        let way =
            isOnTreadmill ? 0 : Walker(emotion: emotion, seed: seed, options: options).speed * seconds / 2
        options.start = SIMD3(Float(-sin(heading) * way), 0, Float(-distance - cos(heading) * way))
        return Walker(emotion: emotion, seed: seed, options: options)
    }

    /// Strides per second.
    var strideFrequency: Double { walker.cadence }

    var scene: MannequinScene {
        MannequinScene(
            people: [.init(walker: walker, appearance: MannequinAppearance(seed: seed))],
            camera: PinholeCamera(position: SIMD3(0, 1.2, 0), pitch: -4), seed: seed)
    }

    /// Films it and compares the poses with the truth.
    func figures(_ networks: PoseNetworks) throws -> WalkFigures? {
        WalkFigures(try FilmedScene(scene, seconds: seconds, networks: networks))
    }
}

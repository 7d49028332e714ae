import Foundation
import Gait
import Simulation

@testable import Perception

/// Two mannequins who pass each other before a camera, one behind the other, drawn from a seed.
struct CrossingScene {
    static let seconds = 4.5

    let seed: UInt64

    var scene: MannequinScene {
        var generator = SeededGenerator(seed: seed)
        let distance = generator.uniform(3.2...4.6)
        let gap = generator.uniform(0.6...1.3)
        let tilt = generator.uniform(-0.4...0.4)
        let people = (0..<2).map { index -> MannequinScene.Person in
            let heading =
                (index == 0 ? 1 : -1) * Float.pi / 2 + (index == 0 ? tilt : generator.uniform(-0.4...0.4))
            let emotion = Emotion.allCases[Int(generator.next() % UInt64(Emotion.allCases.count))]
            let own = seed &* 16 &+ UInt64(index)
            var options = Walker.Options(radius: 1000, heading: heading)
            let speed = Float(Walker(emotion: emotion, seed: own, options: options).speed)
            let meeting = Float(Self.seconds / 2) + generator.uniform(-0.3...0.3)
            options.start = SIMD3(
                -sin(heading) * speed * meeting, 0,
                -distance - Float(index) * gap - cos(heading) * speed * meeting)
            return .init(
                walker: Walker(emotion: emotion, seed: own, options: options),
                appearance: MannequinAppearance(seed: own))
        }
        return MannequinScene(
            people: people, camera: PinholeCamera(position: SIMD3(0, 1.3, 0), pitch: -4, fieldOfView: 75),
            seed: seed)
    }

    /// The numbers that the two have before and after they met; nil where they have none.
    func numbers(_ networks: PoseNetworks) throws -> (before: [Int?], after: [Int?], all: Int) {
        let frames = try FilmedScene(scene, seconds: Self.seconds, networks: networks).frames
        let all = Set(frames.flatMap { $0.bodies.map(\.number) }).count
        return (Self.numbers(frames.prefix(35)), Self.numbers(frames.suffix(20)), all)
    }

    /// The number that each has most often.
    private static func numbers(_ frames: ArraySlice<FilmedScene.Frame>) -> [Int?] {
        (0..<2).map { person in
            let counts = frames.reduce(into: [Int: Int]()) { counts, frame in
                if let body = frame.body(of: person) { counts[body.number, default: 0] += 1 }
            }
            return counts.max { $0.value < $1.value }?.key
        }
    }
}

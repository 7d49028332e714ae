import Foundation
import Gait
import Messaging
import Perception
import Simulation

/// Robots whose cameras film people who walk, and the frames that they publish.
///
/// It draws into buffers of its own, so that nothing is copied from frame to frame.
final class CameraScene {
    /// What a scene is made of.
    struct Options {
        var robots = 2
        var people = 2
        /// How the people walk, in turn.
        var emotions = Emotion.allCases
        /// Every robot's camera; it looks along -z, and the people are before it.
        var camera = PinholeCamera(position: SIMD3(0, 1.2, 0), pitch: -4)
        /// What the camera is called in the topics.
        var name = "front"
        /// From the camera to the nearest people, metres.
        var distance: Float = 3.5
        /// From where people are seen, degrees: 0 from the front, 90 from their left, 180 from behind.
        var side: Float = 0
        /// Whether people walk past the camera, the middle of whose picture they reach after these seconds; nil: they stay
        /// where they are, as on a treadmill, or as a robot sees them that goes along.
        var passing: Double?
        /// Whether people stand instead of walking.
        var isStanding = false
        /// Of the JPEGs, 1...100.
        var quality = 85
        var seed: UInt64 = 1
    }

    /// One person before the camera of one robot.
    struct Person {
        let robot: String
        let walker: Walker
    }

    /// One robot's camera.
    private struct Camera {
        let robot: String
        var scene: MannequinScene
        private var image = CameraImage()

        init(robot: String, scene: MannequinScene) { (self.robot, self.scene) = (robot, scene) }

        mutating func frame(at time: Double, _ encoder: JPEGEncoder) throws(PerceptionError) -> [UInt8] {
            scene.render(at: time, into: &image)
            return try encoder.encode(image)
        }
    }

    let robots: [String]
    let name: String
    let people: [Person]
    private var cameras: [Camera]
    private let encoder: JPEGEncoder

    /// People are dealt to the robots in turn, and the emotions to the people.
    init(_ options: Options) {
        let robots = (1...options.robots).map { "r\($0)" }
        let shares = robots.indices.map { robot in
            (0..<options.people).filter { $0 % robots.count == robot }
        }
        var people: [Person] = []
        let cameras = robots.indices.map { robot in
            let mannequins = shares[robot].enumerated().map { place, index in
                // The same people as those of whom skeletons are sent.
                let seed = options.seed &* 1_000_003 &+ UInt64(index)
                let walker = Self.walker(
                    options.emotions[index % options.emotions.count], seed: seed, place: place,
                    of: shares[robot].count, options)
                people.append(Person(robot: robots[robot], walker: walker))
                return MannequinScene.Person(walker: walker, appearance: MannequinAppearance(seed: seed))
            }
            return Camera(
                robot: robots[robot],
                scene: MannequinScene(
                    people: mannequins, camera: options.camera, seed: options.seed &+ UInt64(robot)))
        }
        (self.robots, self.people, self.cameras) = (robots, people, cameras)
        name = options.name
        encoder = JPEGEncoder(quality: options.quality)
    }

    /// Metres between neighbours, and between a row of people and the next.
    private static let spacing: Float = 1.1
    private static let rowSpacing: Float = 1.5

    /// The walker at a place among those before one camera: in rows as wide as the picture.
    private static func walker(
        _ emotion: Emotion, seed: UInt64, place: Int, of count: Int, _ options: Options
    ) -> Walker {
        let width = options.distance * Float(options.camera.width) / options.camera.focalLength
        let most = max(Int(width / spacing), 1)
        let (row, column) = (place / most, place % most)
        let inRow = min(count - row * most, most)
        let offset = Float(column) - Float(inRow - 1) / 2 + (row % 2 == 1 ? 0.5 : 0)
        // Towards the camera is along +z.
        let heading = -options.side * .pi / 180
        var walk = Walker.Options(
            radius: 1000, isStanding: options.isStanding, heading: heading,
            isOnTreadmill: options.passing == nil)
        let speed = Walker(emotion: emotion, seed: seed, options: walk).speed
        let way = Float(speed * (options.passing ?? 0))
        walk.start = SIMD3(
            offset * spacing - sin(heading) * way, 0,
            -options.distance - Float(row) * rowSpacing - cos(heading) * way)
        return Walker(emotion: emotion, seed: seed, options: walk)
    }

    /// Each robot's frame at a time in seconds since the scene began, a JPEG, in the order of the robots.
    func frames(at time: Double) throws(PerceptionError) -> [(robot: String, jpeg: [UInt8])] {
        var frames: [(robot: String, jpeg: [UInt8])] = []
        for index in cameras.indices {
            frames.append((cameras[index].robot, try cameras[index].frame(at: time, encoder)))
        }
        return frames
    }

    /// Where everybody before a robot's camera truly is, in the order of the robots.
    func truth(at time: Double) -> [[MannequinTruth]] { cameras.map { $0.scene.truth(at: time) } }
}

extension MannequinScene {
    /// Renders the scene at a time in seconds since it began into an image.
    mutating func render(at time: Double, into image: inout CameraImage) {
        let pixels = render(at: time)
        image.fill(width: camera.width, height: camera.height, scale: 1) { bytes in
            _ = bytes.update(fromContentsOf: pixels)
        }
    }
}

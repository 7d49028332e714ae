import Foundation
package import Gait

/// Robots whose cameras film people who walk.
package struct CameraScene {
    /// The contents of a scene.
    package struct Options: Sendable {
        package var robots: Int
        package var people: Int
        /// How the people walk, in turn.
        package var emotions: [Emotion]
        /// Every robot's camera. It looks along -z, and the people are before it.
        package var camera = PinholeCamera(position: SIMD3(0, 1.2, 0), pitch: -4)
        /// The camera's name in the topics.
        package var name = "front"
        /// From the camera to the nearest people, meters.
        package var distance: Float = 3.5
        /// From where people are seen, degrees: 0 from the front, 90 from their left, 180 from behind.
        package var side: Float = 0
        /// Seconds after which people who walk past the camera reach the middle of its picture; nil: they stay where
        /// they are, as on a treadmill, or in front of a robot that moves along with them.
        package var passing: Double?
        /// Whether people stand instead of walking.
        package var isStanding = false
        package var seed: UInt64

        package init(
            robots: Int = 2, people: Int = 2, emotions: [Emotion] = Emotion.allCases, seed: UInt64 = 1
        ) {
            (self.robots, self.people) = (robots, people)
            (self.emotions, self.seed) = (emotions, seed)
        }
    }

    /// One person before the camera of one robot.
    package struct Person {
        package let robot: String
        package let walker: Walker
    }

    package let robots: [String]
    package let name: String
    package let people: [Person]
    /// What each robot's camera sees, in the order of the robots.
    package var views: [MannequinScene]

    /// Deals the people to the robots `r1`, `r2` … in turn, and the emotions to the people.
    package init(_ options: Options) {
        let robots = (1...options.robots).map { "r\($0)" }
        var people: [Person] = []
        views = robots.indices.map { robot in
            let share = (0..<options.people).filter { $0 % robots.count == robot }
            let mannequins = share.enumerated().map { place, index in
                // The people that a skeleton scene of this seed has.
                let seed = options.seed &* 1_000_003 &+ UInt64(index)
                let walker = Self.walker(
                    options.emotions[index % options.emotions.count], seed: seed, place: place,
                    of: share.count,
                    options)
                people.append(Person(robot: robots[robot], walker: walker))
                return MannequinScene.Person(walker: walker, appearance: MannequinAppearance(seed: seed))
            }
            return MannequinScene(
                people: mannequins, camera: options.camera, seed: options.seed &+ UInt64(robot))
        }
        (self.robots, self.people, name) = (robots, people, options.name)
    }

    /// One recorded person before one camera, seen from `side` at `distance` in the middle of the recording; unless the
    /// person is `passing`, the camera moves along.
    package init(_ options: Options, recording gait: Gait, label: String) {
        let facing = SIMD3<Float>(0, 1, 0).cross(gait.leftToRight())
        let heading = -options.side * .pi / 180
        var walk = gait.rotated(yaw: heading - atan2(facing.x, facing.z))
        let start = walk.position(frame: walk.frames / 2, joint: .root)
        let place = SIMD3<Float>(0, 0, -options.distance)
        let ground = (0..<walk.frames).reduce(Float.infinity) { lowest, frame in
            min(
                lowest, walk.position(frame: frame, joint: .leftFoot).y,
                walk.position(frame: frame, joint: .rightFoot).y)
        }
        for frame in 0..<walk.frames {
            let root = walk.position(frame: frame, joint: .root)
            var way = options.passing == nil ? root : start
            way.y = ground - Gait.ankleHeight
            for joint in Joint.allCases {
                walk.set(walk.position(frame: frame, joint: joint) - way + place, frame: frame, joint: joint)
            }
        }
        (robots, people, name) = (["r1"], [], options.name)
        let person = MannequinScene.Person(
            motion: .recording(walk, label: label), appearance: MannequinAppearance(seed: options.seed))
        views = [MannequinScene(people: [person], camera: options.camera, seed: options.seed)]
    }

    /// Meters between neighbors, and between a row of people and the next.
    private static let spacing: Float = 1.1
    private static let rowSpacing: Float = 1.5

    /// The walker at a place among the people before one camera: in rows as wide as the picture.
    private static func walker(
        _ emotion: Emotion, seed: UInt64, place: Int, of count: Int, _ options: Options
    ) -> Walker {
        let width = options.distance * Float(options.camera.width) / options.camera.focalLength
        let most = max(Int(width / spacing), 1)
        let (row, column) = (place / most, place % most)
        let inRow = min(count - row * most, most)
        let offset = Float(column) - Float(inRow - 1) / 2 + (row % 2 == 1 ? 0.5 : 0)
        // Toward the camera is along +z.
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

    /// Where the people before each robot's camera truly are, in the order of the robots.
    package func truth(at time: Double) -> [[MannequinTruth]] { views.map { $0.truth(at: time) } }
}

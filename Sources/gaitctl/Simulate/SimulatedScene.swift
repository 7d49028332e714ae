import Foundation
import Gait
import Messaging
import Simulation

/// Robots that watch people walk, and the messages that they publish.
struct SimulatedScene {
    /// What a scene is made of.
    struct Options {
        var robots = 2
        var people = 4
        /// How the people walk, in turn.
        var emotions = Emotion.allCases
        var layout = SkeletonLayout.step16
        var origin = CoordinateOrigin.world
        /// Units, axes and tilt of every robot's sensor.
        var frame = SensorFrame()
        var hasIDs = true
        /// Sent with every joint; nil sends none.
        var confidence: Float?
        /// Metres of standard deviation.
        var noise: Float = 0
        /// The probability that a joint is missing, 0...1.
        var dropProbability: Float = 0
        var seed: UInt64 = 1
    }

    /// One person, seen by one robot.
    struct Person {
        let robot: String
        let id: String
        let walker: Walker
        var sensor: SkeletonSensor
    }

    let robots: [String]
    private(set) var people: [Person]
    private let options: Options
    private var payload = SkeletonPayload()

    /// People are dealt to the robots in turn, and the emotions to the people.
    init(_ options: Options) {
        self.options = options
        let robots = (1...options.robots).map { "r\($0)" }
        self.robots = robots
        people = (0..<options.people).map { index in
            // Far apart, so that the seeds of two scenes share nobody.
            let seed = options.seed &* 1_000_003 &+ UInt64(index)
            return Person(
                robot: robots[index % robots.count], id: "\(index + 1)",
                walker: Walker(
                    emotion: options.emotions[index % options.emotions.count], seed: seed,
                    options: Walker.Options(start: SIMD3(Float(3 * index), 0, 0))),
                sensor: SkeletonSensor(
                    layout: options.layout, noise: options.noise, dropProbability: options.dropProbability,
                    seed: seed))
        }
    }

    /// Each robot's message at a time in seconds since the scene began, in the order of the robots; a robot
    /// that sees nobody says so.
    ///
    /// - Parameter stamp: The moment of acquisition by the robots' clocks; nil where they send none.
    mutating func messages(at time: Double, stamp: Double?) -> [(robot: String, payload: [UInt8])] {
        robots.map { robot in
            payload.begin(
                stamp: stamp, layout: options.layout, origin: options.origin, frame: options.frame)
            for index in people.indices where people[index].robot == robot {
                var pose = people[index].walker.pose(at: time)
                if options.origin == .root { pose = pose.relativeToRoot() }
                payload.append(
                    id: options.hasIDs ? people[index].id : nil,
                    joints: people[index].sensor.observe(pose).map { $0.map(options.frame.report) },
                    confidence: options.confidence)
            }
            payload.end()
            return (robot, payload.bytes)
        }
    }
}

extension Pose {
    /// The pose with the root in the origin.
    fileprivate func relativeToRoot() -> Pose {
        var pose = Pose()
        for joint in Joint.allCases where present.contains(joint) {
            pose[joint] = self[joint] - self[.root]
        }
        return pose
    }
}

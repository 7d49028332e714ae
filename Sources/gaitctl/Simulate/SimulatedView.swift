import Gait
import Messaging
import Simulation

/// What robots publish of the people whom they see.
enum SimulatedView {
    /// The skeletons that their estimators find.
    case skeletons(SimulatedScene)
    /// Their cameras' frames.
    case frames(CameraScene)

    var robots: [String] {
        switch self {
        case .skeletons(let scene): scene.robots
        case .frames(let scene): scene.robots
        }
    }

    /// Where what a robot publishes comes from.
    func source(of robot: String) -> SkeletonSource {
        switch self {
        case .skeletons: SkeletonSource(robot: robot)
        case .frames(let scene): SkeletonSource(robot: robot, camera: scene.name)
        }
    }

    /// Everybody, in the order in which they were dealt; before a camera nobody has an id.
    var people: [(robot: String, id: String?, emotion: Emotion)] {
        switch self {
        case .skeletons(let scene): scene.people.map { ($0.robot, $0.id, $0.walker.emotion) }
        case .frames(let scene): scene.people.map { ($0.robot, nil, $0.walker.emotion) }
        }
    }

    /// Each robot's message at a time in seconds since the beginning, in the order of the robots.
    ///
    /// - Parameter stamp: The moment of acquisition by the robots' clocks; nil where they send none.
    mutating func messages(at time: Double, stamp: Double?, topics: Topics) throws -> [MQTTMessage] {
        switch self {
        case .skeletons(var scene):
            defer { self = .skeletons(scene) }
            return scene.messages(at: time, stamp: stamp).map { message in
                MQTTMessage(topic: topics.skeletons(source(of: message.robot)), payload: message.payload)
            }
        case .frames(let scene):
            return try scene.frames(at: time).map { frame in
                var message = MQTTMessage(
                    topic: topics.frame(robot: frame.robot, camera: scene.name), payload: frame.jpeg)
                message.userProperties = [.init(name: "frame_id", value: "\(frame.robot)/\(scene.name)")]
                if let stamp { message.userProperties.append(.init(name: "stamp", value: "\(stamp)")) }
                return message
            }
        }
    }
}

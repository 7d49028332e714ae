import Gait
import Messaging
import Simulation

/// What robots publish about the people whom they see.
enum SimulatedView {
    /// The skeletons that their estimators find.
    case skeletons(SimulatedScene)
    /// Their cameras' frames.
    case frames(Film)

    var robots: [String] {
        switch self {
        case .skeletons(let scene): scene.robots
        case .frames(let film): film.scene.robots
        }
    }

    /// The source of a robot's messages.
    func source(of robot: String) -> SkeletonSource {
        switch self {
        case .skeletons: SkeletonSource(robot: robot)
        case .frames(let film): SkeletonSource(robot: robot, camera: film.scene.name)
        }
    }

    /// All people in the order in which they were dealt. People before a camera have no id.
    var people: [(robot: String, id: String?, emotion: Emotion)] {
        switch self {
        case .skeletons(let scene): scene.people.map { ($0.robot, $0.id, $0.walker.emotion) }
        case .frames(let film): film.scene.people.map { ($0.robot, nil, $0.walker.emotion) }
        }
    }

    /// Each robot's message at a time in seconds since the beginning, in the order of the robots.
    ///
    /// - Parameter stamp: the moment of acquisition by the robots' clocks; nil if they send none.
    mutating func messages(at time: Double, stamp: Double?, topics: Topics) throws -> [MQTTMessage] {
        switch self {
        case .skeletons(var scene):
            defer { self = .skeletons(scene) }
            return scene.messages(at: time, stamp: stamp).map { message in
                MQTTMessage(topic: topics.skeletons(source(of: message.robot)), payload: message.payload)
            }
        case .frames(let film):
            return try film.frames(at: time).map { frame in
                let name = film.scene.name
                var message = MQTTMessage(
                    topic: topics.frame(robot: frame.robot, camera: name), payload: frame.jpeg)
                message.userProperties = [.init(name: "frame_id", value: "\(frame.robot)/\(name)")]
                if let stamp { message.userProperties.append(.init(name: "stamp", value: "\(stamp)")) }
                return message
            }
        }
    }
}

extension SimulatedScene {
    /// Each robot's message at a time in seconds since the scene began, in the order of the robots. A robot that sees
    /// no people sends a message without bodies.
    ///
    /// - Parameter stamp: the moment of acquisition by the robots' clocks; nil if they send none.
    mutating func messages(at time: Double, stamp: Double?) -> [(robot: String, payload: [UInt8])] {
        var payload = SkeletonPayload()
        return bodies(at: time).map { robot, bodies in
            payload.begin(
                stamp: stamp, layout: options.layout, origin: options.origin, units: options.frame.units,
                up: options.frame.up, orientation: options.frame.orientation, image: camera?.image)
            payload.end(
                with: bodies, dimensions: camera == nil ? 3 : 2, confidence: options.confidence)
            return (robot, payload.bytes)
        }
    }
}

extension PerceptionRecord {
    init(_ view: SimulatedView, topics: Topics) {
        let sources = view.robots.map { "\($0)/\(view.source(of: $0).name)" }
        self.init(people: view.people, sources: Set(sources), topics: topics)
    }
}

/// Publishes a scene at exact times and, if requested, watches gaitd's results.
struct Simulator {
    /// What was published: the result of a simulation that is not watched.
    struct Publication: Encodable {
        let frames: Int
        /// Skeletons or images.
        let messages: Int
        /// Messages that did not reach the broker.
        let lost: Int
        /// Frames left out because they were more than a second late, as after a suspend.
        let skipped: Int
        /// From the first frame to the last.
        let seconds: Double
    }

    /// How long to wait at the end for gaitd's health, seconds: longer than the demo's health.interval.
    private static let patience = 5.0
    /// Frames that are this many seconds late are left out.
    private static let tolerance = 1.0

    private let connection: BrokerConnection
    private let topics: Topics
    private let clock: RobotClock
    private var view: SimulatedView
    /// What gaitd perceived; nil if that is not watched.
    private(set) var record: PerceptionRecord?
    /// Whether gaitd reported its health after the last frame.
    private(set) var isHealthCurrent = false

    /// Connects to the broker.
    ///
    /// - Throws: `CommandFailure` if it does not answer within 10 s, saying why.
    init(
        view: SimulatedView, clock: RobotClock = RobotClock(), configuration: MQTTClient.Configuration,
        watches: Bool
    ) throws {
        self.view = view
        self.clock = clock
        topics = try Topics(node: "gaitctl")
        record = watches ? PerceptionRecord(view, topics: topics) : nil
        connection = try BrokerConnection(
            configuration, filters: watches ? [topics.emotionFilter(), "\(topics.nodes)/+/health"] : [],
            qualityOfService: .atLeastOnce)
    }

    /// Publishes frames until `seconds` have passed (nil: without end) or Ctrl-C.
    mutating func run(
        rate: Double, seconds: Double?, onFrame: (_ seconds: Double, _ record: PerceptionRecord?) -> Void
    ) throws -> Publication {
        let schedule = FrameSchedule(start: .now(), rate: rate)
        let last = seconds.map { Int(($0 * rate).rounded(.up)) } ?? .max
        var (frame, frames, skipped) = (0, 0, 0)
        while frame < last, schedule.wait(for: frame) {
            let newest = schedule.newest(at: Arrival.monotonicSeconds())
            if schedule.time(of: newest - frame) > Simulator.tolerance {
                skipped += newest - frame
                frame = newest
            }
            let time = schedule.time(of: frame)
            let stamp = clock.stamp(start: schedule.start.wallClock, elapsed: time)
            for message in try view.messages(at: time, stamp: stamp, topics: topics) {
                try connection.client.publish(message)
            }
            while let message = connection.nextIfPresent() { record?.take(message) }
            onFrame(time, record)
            frame += 1
            frames += 1
        }
        if record != nil { try waitForHealth(after: schedule.stamp(of: frame - 1)) }
        connection.stop(deadline: 2)
        return Publication(
            frames: frames, messages: frames * view.robots.count, lost: connection.client.statistics.dropped,
            skipped: skipped, seconds: schedule.time(of: frame))
    }

    /// Waits until gaitd sends a health message after the last frame. Does not wait after Ctrl-C.
    private mutating func waitForHealth(after stamp: Double) throws {
        let deadline = Arrival.monotonicSeconds() + Simulator.patience
        while (record?.health?.stamp ?? 0) <= stamp {
            guard let message = try connection.next(until: deadline) else { return }
            record?.take(message)
        }
        isHealthCurrent = true
    }
}

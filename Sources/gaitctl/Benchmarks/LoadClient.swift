import Foundation
import Gait
import Messaging
import Simulation

/// The benchmark's side of the broker: publishes frames at exact times and stores the results until the load is over.
/// Blocks its thread.
final class LoadClient {
    /// A time in which the same number of people walked.
    private struct Walk {
        let schedule: FrameSchedule
        let robots: [String: (phase: Double, published: [Double])]
    }

    private let connection: BrokerConnection
    private let topics: Topics
    private let crowd: LoadCrowd
    private var payload = SkeletonPayload()
    private var walks: [Walk] = []
    private var emotions: [MQTTMessage] = []
    /// Every health message, with its arrival in monotonic seconds.
    private(set) var healths: [(arrived: Double, message: HealthMessage)] = []
    /// The states that gaitd published, with their arrival in monotonic seconds.
    private(set) var states: [(arrived: Double, state: StateMessage.State)] = []
    /// Messages published.
    private(set) var published = 0

    init(_ connection: BrokerConnection, topics: Topics, crowd: LoadCrowd) {
        (self.connection, self.topics, self.crowd) = (connection, topics, crowd)
    }

    deinit { connection.stop(deadline: 1) }

    /// Connects to the benchmark's broker, before gaitd is started, so that its `online` is heard when it comes.
    /// Blocks until the broker has answered.
    static func connect(port: Int, topics: Topics) throws -> BrokerConnection {
        var settings = MQTTClient.Configuration(
            host: "127.0.0.1", port: port, clientIdentifier: "gaitctl-load-\(UUID().uuidString)")
        // The broker was started a moment ago.
        settings.firstRetrySeconds = 0.05
        settings.longestRetrySeconds = 0.2
        return try BrokerConnection(
            settings, filters: [topics.emotionFilter(), topics.state, topics.health],
            qualityOfService: .atLeastOnce, capacity: 1 << 16)
    }

    /// Waits for gaitd to publish `online`.
    ///
    /// - Returns: when it did, monotonic seconds.
    func waitForDaemon(_ daemon: pid_t) throws -> Double {
        let deadline = Arrival.monotonicSeconds() + 15
        while Arrival.monotonicSeconds() < deadline {
            guard ProcessUsage.isRunning(daemon) else {
                throw CommandFailure.failure("gaitd exited while starting; run it with this model to see why")
            }
            try take(until: Arrival.monotonicSeconds() + 0.05)
            try Interruption.check()
            if let online = states.first(where: { $0.state == .online }) { return online.arrived }
        }
        throw CommandFailure.failure("gaitd was not online within 15 s; run gaitd --config to see why")
    }

    /// Lets people walk before robots until the time is over or `isEnded` says so, which is asked before every message.
    ///
    /// - Returns: when the walk began, monotonic seconds.
    @discardableResult
    func walk(
        people: Int, seconds: Double, isEnded: (Double) throws -> Bool = { _ in false }
    ) throws -> Double {
        let robots = crowd.robots(people: people, topics: topics)
        let schedule = FrameSchedule(start: .now(), rate: crowd.rate)
        var times = [[Double]](repeating: [], count: robots.count)
        defer {
            let places = zip(robots, times).map { ($0.name, (phase: $0.phase, published: $1)) }
            walks.append(Walk(schedule: schedule, robots: Dictionary(uniqueKeysWithValues: places)))
        }
        let frames = Int(seconds * crowd.rate)
        for frame in 0..<frames {
            for (index, robot) in robots.enumerated() {
                let elapsed = (Double(frame) + robot.phase) / crowd.rate
                guard schedule.wait(until: elapsed) else { throw CommandFailure.interrupted }
                if try isEnded(elapsed) { return schedule.start.monotonic }
                crowd.write(robot, frame: frame, stamp: schedule.stamp(at: elapsed), to: &payload)
                times[index].append(Arrival.monotonicSeconds())
                try connection.client.publish(MQTTMessage(topic: robot.topic, payload: payload.bytes))
                published += 1
            }
            while let message = connection.nextIfPresent() { take(message) }
        }
        // A whole period, so that the next walk's first frame does not follow the last one too soon.
        guard schedule.wait(until: schedule.time(of: frames)) else { throw CommandFailure.interrupted }
        return schedule.start.monotonic
    }

    /// Waits up to 5 s for a health message that gaitd writes after the last frame.
    ///
    /// - Returns: the newest.
    func waitForHealth() throws -> HealthMessage {
        let (last, deadline) = (Arrival.wallClockSeconds(), Arrival.monotonicSeconds() + 5)
        while (healths.last?.message.stamp ?? 0) < last, let message = try connection.next(until: deadline) {
            take(message)
        }
        try Interruption.check()
        guard let newest = healths.last?.message else {
            throw CommandFailure.failure("gaitd ended, or sent no health message")
        }
        return newest
    }

    /// Takes the messages that arrive until a moment, monotonic seconds.
    func take(until moment: Double) throws {
        while let message = try connection.next(until: moment) { take(message) }
    }

    private func take(_ message: MQTTMessage) {
        // A retained message is of an earlier daemon.
        guard !message.retained else { return }
        let time = message.arrival?.monotonic ?? Arrival.monotonicSeconds()
        if message.topic == topics.state {
            guard let state = try? StateMessage(decoding: message.payload) else { return }
            states.append((time, state.state))
        } else if message.topic == topics.health {
            guard let health = try? HealthMessage(decoding: message.payload) else { return }
            healths.append((time, health))
        } else {
            emotions.append(message)
        }
    }

    /// Lets go of the classifications that have come back.
    func forgetSamples() {
        emotions = []
        walks = []
    }

    /// The classifications that have come back, in the order of their arrival.
    func samples() -> [LoadSample] {
        var known: Set<String> = []
        return emotions.compactMap { message in
            guard let robot = topics.parseEmotion(message.topic)?.robot, let arrival = message.arrival,
                let emotion = try? EmotionMessage(decoding: message.payload), emotion.probabilities != nil,
                let walk = walks.last(where: { $0.schedule.start.wallClock - 1e-3 <= emotion.stamp }),
                let place = walk.robots[robot]
            else { return nil }
            let elapsed = emotion.stamp - walk.schedule.start.wallClock
            let frame = Int((elapsed * walk.schedule.rate - place.phase).rounded())
            guard place.published.indices.contains(frame) else { return nil }
            return LoadSample(
                published: place.published[frame], arrived: arrival.monotonic,
                isFirst: known.insert(message.topic).inserted)
        }
    }
}

/// People who walk, written once as they stand in a message, so that thousands of bodies a second cost a copy
/// each: the benchmark shares the machine with gaitd.
struct LoadCrowd: Sendable {
    /// Seconds after which the walks begin again; one step is broken there.
    private static let seconds = 20.0
    /// Walks that differ; people beyond them walk like one of them at another moment.
    private static let walks = 24

    /// Frames per second of every robot.
    let rate: Double
    /// People seen by one robot.
    let share: Int
    /// The least number of robots; those without people publish messages without bodies.
    private let leastRobots: Int
    /// What the robots send: skeletons in three dimensions, or keypoints.
    private let origin: CoordinateOrigin
    private let camera = FollowingCamera()
    private let frames: Int
    private let joints: [UInt8]
    /// Where the joints of each walk and frame begin, and the end.
    private let starts: [Int]

    init(rate: Double, share: Int, leastRobots: Int = 1, origin: CoordinateOrigin = .world) {
        (self.rate, self.share, self.leastRobots, self.origin) = (rate, share, leastRobots, origin)
        frames = Int(Self.seconds * rate)
        var joints: [UInt8] = []
        var starts = [0]
        let emotions = Emotion.allCases
        for walk in 0..<Self.walks {
            let walker = Walker(emotion: emotions[walk % emotions.count], seed: UInt64(walk))
            for frame in 0..<frames {
                let pose = walker.pose(at: Double(frame) / rate)
                let seen = SkeletonLayout.step16.joints(of: pose)
                joints +=
                    origin == .image
                    ? SkeletonPayload.written(
                        camera.observe(seen, root: pose[.root], place: walk, of: Self.walks), dimensions: 2)
                    : SkeletonPayload.written(seen)
                starts.append(joints.count)
            }
        }
        (self.joints, self.starts) = (joints, starts)
    }

    /// Writes a robot's message in a frame.
    func write(_ robot: Robot, frame: Int, stamp: Double, to payload: inout SkeletonPayload) {
        payload.begin(
            stamp: stamp, layout: .step16, origin: origin, image: origin == .image ? camera.image : nil)
        for person in robot.people {
            // Shifted by an odd number of frames each time that a walk is used again.
            let moment = (frame + person / Self.walks * 37) % frames
            let index = person % Self.walks * frames + moment
            payload.append(id: "\(person + 1)", written: joints[starts[index]..<starts[index + 1]])
        }
        payload.end()
    }

    /// A simulated robot.
    struct Robot: Sendable {
        let name: String
        let topic: String
        /// The numbers of the people that it sees, from 0.
        let people: Range<Int>
        /// The share of a frame's time by which its frames come later than those of a robot of phase 0: real
        /// robots are not synchronized.
        let phase: Double
    }

    /// The robots that see `people` people, `share` each, in the order of their phases.
    func robots(people: Int, topics: Topics) -> [Robot] {
        (0..<max((people + share - 1) / share, leastRobots)).map { index in
            let name = "r\(index + 1)"
            return Robot(
                name: name, topic: topics.skeletons(SkeletonSource(robot: name)),
                people: min(index * share, people)..<min((index + 1) * share, people),
                phase: (Double(index) * 0.618_033_988_749_894_9).truncatingRemainder(dividingBy: 1))
        }
        .sorted { $0.phase < $1.phase }
    }
}

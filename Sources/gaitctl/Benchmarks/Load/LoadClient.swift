import Foundation
import Messaging

/// The benchmark's side of the broker: publishes frames at exact times and keeps what comes back, to be read
/// when the load is over. Blocks its thread.
final class LoadClient {
    /// A time in which the same number of people walked.
    private struct Walk {
        let schedule: FrameSchedule
        let robots: [String: (phase: Double, published: [Double])]
    }

    let topics: Topics
    private let client: MQTTClient
    private let arrived: BoundedQueue<MQTTMessage>
    private let crowd: LoadCrowd
    private let share: Int
    private var payload = SkeletonPayload()
    private var walks: [Walk] = []
    private var emotions: [MQTTMessage] = []
    /// Every health message, with its arrival in monotonic seconds.
    private(set) var healths: [(arrived: Double, stamp: Double, counts: LoadCounts)] = []
    /// The states that gaitd said, with their arrival in monotonic seconds.
    private(set) var states: [(arrived: Double, state: StateMessage.State)] = []
    /// Messages published.
    private(set) var published = 0

    /// - Parameter share: people that one robot sees.
    init(_ connection: LoadConnection, crowd: LoadCrowd, share: Int) {
        (topics, client, arrived) = (connection.topics, connection.client, connection.arrived)
        (self.crowd, self.share) = (crowd, share)
    }

    deinit { client.stop(deadline: 1) }

    /// Waits for gaitd to say `online`.
    ///
    /// - Returns: when it did, monotonic seconds.
    func waitForDaemon(_ daemon: pid_t) throws -> Double {
        let deadline = Arrival.monotonicSeconds() + 15
        while Arrival.monotonicSeconds() < deadline {
            try Interruption.check()
            guard ProcessUsage.isRunning(daemon) else {
                throw CommandFailure.failure("gaitd ended at its start; see what it says to this model")
            }
            take(until: Arrival.monotonicSeconds() + 0.05)
            if let online = states.first(where: { $0.state == .online }) { return online.arrived }
        }
        throw CommandFailure.failure("gaitd did not come online within 15 s; see what gaitd --config says")
    }

    /// Lets people walk until the time is over or `isEnded` says so, which is asked before every message.
    ///
    /// - Returns: when the walk began, monotonic seconds.
    @discardableResult
    func walk(people: Int, seconds: Double, isEnded: (Double) throws -> Bool = { _ in false }) throws
        -> Double
    {
        let robots = LoadRobot.fleet(people: people, share: share, topics: topics)
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
                try client.publish(MQTTMessage(topic: robot.topic, payload: payload.bytes))
                published += 1
            }
            takeWhatIsThere()
        }
        // A whole period, so that the next walk's first frame does not follow the last one too soon.
        guard schedule.wait(until: schedule.time(of: frames)) else { throw CommandFailure.interrupted }
        return schedule.start.monotonic
    }

    /// Waits until a health message tells of a time after the last frame.
    func waitForHealth(within seconds: Double) throws {
        let (last, deadline) = (Arrival.wallClockSeconds(), Arrival.monotonicSeconds() + seconds)
        while (healths.last?.stamp ?? 0) < last, Arrival.monotonicSeconds() < deadline {
            try Interruption.check()
            take(until: min(deadline, Arrival.monotonicSeconds() + 0.1))
        }
    }

    /// Takes what arrives until a moment, monotonic seconds.
    func take(until moment: Double) {
        while let message = arrived.pop(until: moment) { take(message) }
    }

    private func takeWhatIsThere() {
        while let message = arrived.popIfPresent() { take(message) }
    }

    private func take(_ message: MQTTMessage) {
        let time = message.arrival?.monotonic ?? Arrival.monotonicSeconds()
        if message.topic == topics.state {
            // Retained: what an earlier daemon said.
            guard !message.retained, let state = try? StateMessage(decoding: message.payload) else { return }
            states.append((time, state.state))
        } else if message.topic == topics.health {
            guard !message.retained, let health = try? HealthMessage(decoding: message.payload) else {
                return
            }
            healths.append((time, health.stamp, LoadCounts(health)))
        } else if !message.retained {
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
        emotions.compactMap { message in
            guard let robot = topics.parseEmotion(message.topic)?.robot, let arrival = message.arrival,
                let emotion = try? EmotionMessage(decoding: message.payload), emotion.probabilities != nil,
                let walk = walks.last(where: { $0.schedule.start.wallClock - 1e-3 <= emotion.stamp }),
                let place = walk.robots[robot]
            else { return nil }
            let elapsed = emotion.stamp - walk.schedule.start.wallClock
            let frame = Int((elapsed * walk.schedule.rate - place.phase).rounded())
            guard place.published.indices.contains(frame) else { return nil }
            return LoadSample(published: place.published[frame], arrived: arrival.monotonic)
        }
    }
}

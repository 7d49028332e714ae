import Foundation
import Messaging

/// Publishes a scene at exact times and, where asked, watches what gaitd makes of it.
struct Simulator {
    /// How a simulation went.
    struct Outcome {
        let frames: Int
        /// Frames left out because they were more than a second late, as after a suspend.
        let skipped: Int
        /// Messages made: skeletons or frames.
        let published: Int
        /// Those that did not get to the broker.
        let lost: Int
        /// Seconds from the first frame to the last.
        let seconds: Double
        /// What was perceived; nil where nobody watched.
        let perception: PerceptionRecord?
        /// Whether gaitd reported its health after the last frame.
        let isHealthCurrent: Bool
    }

    /// What may arrive between two frames; the oldest is dropped beyond it.
    private static let maximumWaiting = 4096
    /// How long to wait at the end for gaitd's health, seconds: longer than the demo's health.interval.
    private static let patience = 5.0
    /// Frames that are this many seconds late are left out.
    private static let tolerance = 1.0

    private let client: MQTTClient
    private let arrived: BoundedQueue<MQTTMessage>
    private let topics: Topics
    private let clock: RobotClock
    private var view: SimulatedView
    private var record: PerceptionRecord?

    /// Connects to the broker.
    ///
    /// - Throws: `CommandFailure` where nobody answers within 10 s, saying why.
    init(
        view: SimulatedView, clock: RobotClock = RobotClock(), configuration: MQTTClient.Configuration,
        watches: Bool
    ) throws {
        self.view = view
        self.clock = clock
        topics = try Topics(node: "gaitctl")
        let arrived = try BoundedQueue<MQTTMessage>(capacity: Simulator.maximumWaiting)
        let events = try BoundedQueue<ConnectionEvent>(capacity: 16)
        self.arrived = arrived
        client = try MQTTClient(
            configuration, onMessage: { _ = arrived.push($0) }, onConnection: { _ = events.push($0) })
        if watches {
            record = PerceptionRecord(view, topics: topics)
            try client.subscribe(topics.emotionFilter(), qualityOfService: .atLeastOnce)
            try client.subscribe("\(topics.nodes)/+/health", qualityOfService: .atLeastOnce)
        }
        try client.start()
        guard Simulator.isConnected(client, within: 10) else {
            client.stop(deadline: 0)
            var reason = "nobody answered"
            while let event = events.popIfPresent() { reason = event.description }
            throw CommandFailure.failure(
                "no connection to the broker at \(configuration.host):\(configuration.port): \(reason)")
        }
    }

    /// Publishes frames until `seconds` have passed (nil: for ever) or Ctrl-C.
    mutating func run(
        rate: Double, seconds: Double?,
        onFrame: (_ seconds: Double, _ people: [PerceptionRecord.Person]) -> Void
    ) throws -> Outcome {
        let schedule = FrameSchedule(start: .now(), rate: rate)
        let last = seconds.map { Int(($0 * rate).rounded(.up)) } ?? .max
        var (frame, frames, skipped) = (0, 0, 0)
        while frame < last, schedule.wait(for: frame) {
            let newest = schedule.newest(at: Arrival.monotonicSeconds())
            if schedule.time(of: newest - frame) > Simulator.tolerance {
                skipped += newest - frame
                frame = newest
            }
            try publish(frame: frame, by: schedule)
            takeArrived()
            onFrame(schedule.time(of: frame), record?.people ?? [])
            frame += 1
            frames += 1
        }
        let isCurrent = waitForHealth(after: schedule.stamp(of: frame - 1))
        client.stop(deadline: 2)
        return Outcome(
            frames: frames, skipped: skipped, published: frames * view.robots.count,
            lost: client.statistics.dropped,
            seconds: schedule.time(of: frame), perception: record, isHealthCurrent: isCurrent)
    }

    private mutating func publish(frame: Int, by schedule: FrameSchedule) throws {
        let time = schedule.time(of: frame)
        let stamp = clock.stamp(start: schedule.start.wallClock, elapsed: time)
        for message in try view.messages(at: time, stamp: stamp, topics: topics) {
            try client.publish(message)
        }
    }

    private mutating func takeArrived() {
        while let message = arrived.popIfPresent() { record?.take(message) }
    }

    /// Whether a health message came that gaitd wrote after the last frame. There is nothing to wait for
    /// where nobody watches, and no waiting after Ctrl-C.
    private mutating func waitForHealth(after stamp: Double) -> Bool {
        guard record != nil else { return true }
        let patience = Interruption.isRequested ? 0 : Simulator.patience
        let deadline = Arrival.monotonicSeconds() + patience
        takeArrived()
        while (record?.health?.stamp ?? 0) <= stamp {
            guard let message = arrived.pop(until: deadline) else { return false }
            record?.take(message)
        }
        return true
    }

    private static func isConnected(_ client: MQTTClient, within seconds: Double) -> Bool {
        let deadline = Arrival.monotonicSeconds() + seconds
        while Arrival.monotonicSeconds() < deadline, !Interruption.isRequested {
            if client.waitUntilConnected(seconds: 0.1) { return true }
        }
        return client.statistics.connected
    }
}

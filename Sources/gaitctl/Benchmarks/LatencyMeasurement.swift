import Foundation
import Messaging

/// Walks people before a running daemon and takes the time of every emotion. Blocks its thread.
struct LatencyMeasurement {
    /// What `gaitctl benchmark latency` prints.
    struct Report: Encodable {
        let people: Int
        let fps: Double
        let seconds: Double
        let frames: Int
        /// Emotion messages with a result, each person's first left out.
        let emotions: Int
        let median: Double
        let p95: Double
        let p99: Double
        let largest: Double
        /// The daemon's largest resident set, MB of 10^6 bytes.
        let residentMegabytes: Double
        let accepted: Int

        enum CodingKeys: String, CodingKey {
            case people, fps, seconds, frames, emotions
            case median = "p50_ms"
            case p95 = "p95_ms"
            case p99 = "p99_ms"
            case largest = "max_ms"
            case residentMegabytes = "rss_mb"
            case accepted = "messages_accepted"
        }

        var text: String {
            func rounded(_ value: Double) -> String { String(format: "%.2f", value) }
            return
                "p50_ms=\(rounded(median)) p95_ms=\(rounded(p95)) p99_ms=\(rounded(p99)) max_ms=\(rounded(largest)) "
                + "emotions=\(emotions) frames=\(frames) accepted=\(accepted) rss_mb=\(rounded(residentMegabytes))"
        }
    }

    private let daemon: pid_t
    private let people: Int
    private let topics: Topics
    private let client: MQTTClient
    private let arrived: BoundedQueue<MQTTMessage>
    private var scene: SimulatedScene

    /// - Parameter daemon: the daemon's process identifier.
    init(port: Int, daemon: pid_t, people: Int, robots: Int) throws {
        self.daemon = daemon
        self.people = people
        topics = try Topics(node: "bench")
        let arrived = try BoundedQueue<MQTTMessage>(capacity: 1 << 16)
        self.arrived = arrived
        let settings = MQTTClient.Configuration(
            host: "127.0.0.1", port: port, clientIdentifier: "gaitctl-latency")
        client = try MQTTClient(settings, onMessage: { _ = arrived.push($0) })
        var options = SimulatedScene.Options()
        (options.people, options.robots) = (people, robots)
        scene = SimulatedScene(options)
    }

    /// Publishes frames and returns the latencies.
    ///
    /// - Throws: `CommandFailure` where the daemon does not come up, no emotion comes, or Ctrl-C came.
    func run(rate: Double, seconds: Double) throws -> Report {
        defer { client.stop(deadline: 1) }
        try client.subscribe(topics.emotionFilter(), qualityOfService: .atLeastOnce)
        try client.subscribe(topics.state, qualityOfService: .atLeastOnce)
        try client.subscribe(topics.health, qualityOfService: .atLeastOnce)
        try client.start()
        try waitForDaemon()
        var scene = scene
        let progress = ProgressReporter()
        let schedule = FrameSchedule(start: .now(), rate: rate)
        var published: [Double: Double] = [:]
        let frames = Int(seconds * rate)
        for frame in 0..<frames {
            guard schedule.wait(for: frame) else { throw CommandFailure.interrupted }
            let stamp = schedule.stamp(of: frame)
            let messages = scene.messages(at: schedule.time(of: frame), stamp: stamp)
            published[stamp] = Arrival.monotonicSeconds()
            for message in messages {
                let topic = topics.skeletons(SkeletonSource(robot: message.robot))
                try client.publish(MQTTMessage(topic: topic, payload: message.payload))
            }
            progress.report("latency: \(people) people walk, \(frame * 100 / frames) %")
        }
        progress.finish()
        return try report(published, frames: frames, rate: rate, seconds: seconds)
    }

    private func waitForDaemon() throws {
        let deadline = Arrival.monotonicSeconds() + 15
        while Arrival.monotonicSeconds() < deadline {
            try Interruption.check()
            guard ProcessUsage.isRunning(daemon) else {
                throw CommandFailure.failure("gaitd ended at its start; see what it says to this model")
            }
            guard let message = arrived.pop(until: Arrival.monotonicSeconds() + 0.1) else { continue }
            let state = try? StateMessage(decoding: message.payload)
            if message.topic == topics.state, state?.state == .online { return }
        }
        throw CommandFailure.failure("gaitd did not come online within 15 s; see what gaitd --config says")
    }

    /// Collects until the daemon's health is newer than the last frame, so that nothing on its way is missed.
    private func report(_ published: [Double: Double], frames: Int, rate: Double, seconds: Double) throws
        -> Report
    {
        let last = published.keys.max() ?? 0
        let deadline = Arrival.monotonicSeconds() + 5
        var latencies: [Double] = []
        var seen = Set<String>()
        var accepted = 0
        while let message = arrived.pop(until: deadline) {
            if let person = topics.parseEmotion(message.topic) {
                guard let emotion = try? EmotionMessage(decoding: message.payload),
                    emotion.probabilities != nil,
                    let sent = published[emotion.stamp], let arrival = message.arrival
                else { continue }
                guard !seen.insert("\(person.robot)/\(person.person)").inserted else { continue }
                latencies.append((arrival.monotonic - sent) * 1000)
            } else if message.topic == topics.health,
                let health = try? HealthMessage(decoding: message.payload)
            {
                accepted = health.sources.values.reduce(0) { $0 + $1.framesIn }
                if health.stamp > last { break }
            }
        }
        guard !latencies.isEmpty else { throw CommandFailure.failure("no emotion came back from gaitd") }
        let sorted = latencies.sorted()
        return Report(
            people: people, fps: rate, seconds: seconds, frames: frames, emotions: sorted.count,
            median: Stopwatch.percentile(50, ofSorted: sorted),
            p95: Stopwatch.percentile(95, ofSorted: sorted),
            p99: Stopwatch.percentile(99, ofSorted: sorted), largest: sorted.last ?? 0,
            residentMegabytes: ProcessUsage.largestResidentMegabytes(of: daemon), accepted: accepted)
    }
}

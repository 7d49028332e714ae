import Foundation
import Gait
import Messaging

/// One classification that came back during a load.
struct LoadSample: Sendable {
    /// When the frame that it ends with was published, monotonic seconds.
    let published: Double
    /// When the emotion arrived, monotonic seconds.
    let arrived: Double
    /// Whether it is the person's first, which comes once the window is full.
    var isFirst = false

    /// Milliseconds from publication to arrival.
    var latency: Double { (arrived - published) * 1000 }
}

/// The latencies of a number of classifications, milliseconds.
struct LoadLatency {
    /// Milliseconds within which 99 of 100 must arrive.
    static let bound = 100.0

    let median: Double
    let p95: Double
    let p99: Double
    let largest: Double

    init(_ samples: [LoadSample]) {
        let latencies = samples.map(\.latency)
        median = Sample.median(latencies)
        p95 = Sample.quantile(0.95, latencies)
        p99 = Sample.quantile(0.99, latencies)
        largest = latencies.max() ?? 0
    }

    /// The moment from which everything was on time again: the first, in steps of 0.1 s, after which the 99th
    /// percentile of the next second is within the limit.
    ///
    /// - Parameters:
    ///   - samples: in any order.
    ///   - start: monotonic seconds.
    ///   - end: when the load ended, monotonic seconds.
    /// - Returns: seconds after `start`; nil if there is no such moment.
    static func recovery(_ samples: [LoadSample], from start: Double, to end: Double) -> Double? {
        var moment = start
        while moment + 1 <= end {
            let second = samples.filter { (moment..<moment + 1).contains($0.arrived) }
            if !second.isEmpty, LoadLatency(second).p99 < bound { return moment - start }
            moment += 0.1
        }
        return nil
    }
}

extension HealthMessage {
    /// Messages that were decoded and in order.
    var accepted: Int { sources.values.reduce(0) { $0 + $1.framesIn } }

    /// Messages and poses that were lost or refused, by reason.
    var losses: [String: Int] {
        sources.values.reduce(into: mqtt.dropped) { losses, source in
            losses.merge(source.dropped, uniquingKeysWith: +)
            losses.merge(source.rejected, uniquingKeysWith: +)
        }
    }

    /// The number of all messages and poses that were lost or refused.
    var lossCount: Int { losses.values.reduce(0, +) }
}

/// The measurement of one number of people: the result of `gaitctl benchmark load`.
struct LoadMetrics: Encodable, Sendable {
    /// Cores in use: 1 is one core.
    struct Processor: Encodable, Sendable {
        let daemon: Double
        let broker: Double
        let simulator: Double
        /// By programs that have nothing to do with the benchmark.
        let elsewhere: Double
    }

    let people: Int
    let robots: Int
    let fps: Double
    let seconds: Double
    /// Whether gaitd sustained the load: nothing lost, 95 of 100 classifications, 99 of 100 of them in time.
    let isSustained: Bool
    let median: Double
    let p95: Double
    let p99: Double
    let largest: Double
    /// Classifications with probabilities that should have come in the time, and that came.
    let expected: Int
    let seen: Int
    let postponed: Int
    let published: Int
    let accepted: Int
    /// Messages and poses that were lost, by reason; `lost_on_the_way` never reached gaitd.
    let dropped: [String: Int]
    let residentMegabytes: Double
    let processor: Processor
    /// Medians, microseconds.
    @ExplicitNull private(set) var decodingPerMessage: Double?
    @ExplicitNull private(set) var decodingPerBody: Double?
    /// The mean, milliseconds.
    @ExplicitNull private(set) var inferencePerWindow: Double?
    /// From the start of gaitd's process to `online`, milliseconds.
    let start: Double
    /// From SIGTERM under this load to the end of the process, milliseconds; null if it was not measured.
    @ExplicitNull private(set) var stop: Double?
    /// The cores of the machine that this process may use.
    private(set) var cores = ProcessInfo.processInfo.activeProcessorCount
    @ExplicitNull var overload: LoadOverload? = nil

    enum CodingKeys: String, CodingKey {
        case people, robots, fps, seconds
        case isSustained = "sustained"
        case median = "p50_ms"
        case p95 = "p95_ms"
        case p99 = "p99_ms"
        case largest = "max_ms"
        case expected = "classifications_expected"
        case seen = "classifications_seen"
        case postponed
        case published = "messages_published"
        case accepted = "messages_accepted"
        case dropped
        case residentMegabytes = "rss_mb"
        case processor = "cpu"
        case decodingPerMessage = "decode_us_per_message"
        case decodingPerBody = "decode_us_per_body"
        case inferencePerWindow = "inference_ms_per_window"
        case start = "start_ms"
        case stop = "stop_ms"
        case cores, overload
    }

    init(
        people: Int, share: Int, fps: Double, seconds: Double, samples: [LoadSample], published: Int,
        health: HealthMessage, dropped: [String: Int], residentMegabytes: Double, processor: Processor,
        start: Double, stop: Double?
    ) {
        (self.people, self.fps, self.seconds) = (people, fps, seconds)
        robots = (people + share - 1) / share
        let latency = LoadLatency(samples)
        (median, p95, p99, largest) = (latency.median, latency.p95, latency.p99, latency.largest)
        expected = Int(Double(people) / LoadBench.classifyEvery * seconds)
        seen = samples.count
        isSustained =
            dropped.isEmpty && Double(seen) >= 0.95 * Double(expected) && latency.p99 < LoadLatency.bound
        (postponed, accepted) = (health.inference.postponed, health.accepted)
        (self.published, self.dropped, self.residentMegabytes) = (published, dropped, residentMegabytes)
        self.processor = processor
        let decoding = health.latency["decode"]?.p50.map { $0 * 1000 }
        decodingPerMessage = decoding
        decodingPerBody = decoding.map { $0 / Double(min(people, share)) }
        inferencePerWindow = health.inference.meanMilliseconds
        self.start = start
        self.stop = stop
    }
}

/// What twice as many people as gaitd carries do to it, and how it comes back.
struct LoadOverload: Encodable, Sendable {
    /// People who walk at once.
    let people: Int
    let seconds: Double
    /// The share of the classifications that came.
    let classified: Double
    let postponed: Int
    /// Losses during the overload, by reason.
    let dropped: [String: Int]
    let residentMegabytes: Double
    /// Seconds after the load fell until nothing was lost any more and latencies were in bounds.
    let recovery: Double?
    /// The number of people afterward.
    let peopleAfter: Int

    enum CodingKeys: String, CodingKey {
        case people, seconds
        case classified = "classified_share"
        case postponed, dropped
        case residentMegabytes = "rss_mb"
        case recovery = "recovery_s"
        case peopleAfter = "people_after"
    }
}

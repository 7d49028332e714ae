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

/// The latencies of a number of classifications.
struct LoadLatency {
    /// Within which 99 of 100 must arrive.
    static let boundMs = 100.0

    let p50Ms: Double
    let p95Ms: Double
    let p99Ms: Double
    let maxMs: Double

    init(_ samples: [LoadSample]) {
        let latencies = samples.map(\.latency)
        p50Ms = Sample.median(latencies)
        p95Ms = Sample.quantile(0.95, latencies)
        p99Ms = Sample.quantile(0.99, latencies)
        maxMs = latencies.max() ?? 0
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
            if !second.isEmpty, LoadLatency(second).p99Ms < boundMs { return moment - start }
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

        /// - Parameters: the moment and processor seconds of each, in the order of the properties.
        init(from before: [Double], to after: [Double]) {
            let seconds = max(after[0] - before[0], 1e-3)
            let cores = zip(before, after).map { max($1 - $0, 0) / seconds }
            (daemon, broker, simulator, elsewhere) = (cores[1], cores[2], cores[3], cores[4])
        }
    }

    let people: Int
    let robots: Int
    let fps: Double
    let seconds: Double
    /// Whether gaitd sustained the load: nothing lost, 95 of 100 classifications, 99 of 100 of them in time.
    let sustained: Bool
    let p50Ms: Double
    let p95Ms: Double
    let p99Ms: Double
    let maxMs: Double
    /// Classifications with probabilities that should have come in the time, and that came.
    let classificationsExpected: Int
    let classificationsSeen: Int
    let postponed: Int
    let messagesPublished: Int
    let messagesAccepted: Int
    /// Messages and poses that were lost, by reason; `lost_on_the_way` never reached gaitd.
    let dropped: [String: Int]
    let rssMb: Double
    let cpu: Processor
    /// Medians.
    @ExplicitNull var decodeUsPerMessage: Double?
    @ExplicitNull var decodeUsPerBody: Double?
    /// The mean.
    @ExplicitNull var inferenceMsPerWindow: Double?
    /// From the start of gaitd's process to `online`.
    let startMs: Double
    /// From SIGTERM under this load to the end of the process; null if it was not measured.
    @ExplicitNull var stopMs: Double?
    /// The cores of the machine that this process may use.
    var cores = ProcessInfo.processInfo.activeProcessorCount
    @ExplicitNull var overload: LoadOverload? = nil
}

/// What twice as many people as gaitd carries do to it, and how it comes back.
struct LoadOverload: Encodable, Sendable {
    /// People who walk at once.
    let people: Int
    let seconds: Double
    /// Of the classifications that should have come.
    let classifiedShare: Double
    let postponed: Int
    /// Losses during the overload, by reason.
    let dropped: [String: Int]
    let rssMb: Double
    /// Seconds after the load fell until nothing was lost any more and latencies were in bounds.
    let recoveryS: Double?
    /// The number of people afterward.
    let peopleAfter: Int
}

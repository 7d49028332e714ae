import Foundation
import Gait
import Messaging

/// The pipeline's measurements between two health messages.
struct HealthRecord {
    /// By stage: `decode` from payload to poses, per message; `lift` and `inference` of one batch; `total` from a frame's arrival
    /// to the publication of the emotion that it completes.
    var latency = StageLatencies("decode", "lift", "inference", "total")

    private let started: Double
    private var inference = HealthMessage.Inference()
    private var inferenceSeconds = 0.0
    private var lastReport: Double
    private var lastProcessorSeconds: Double

    /// - Parameter now: Monotonic seconds of the start.
    init(now: Double) {
        (started, lastReport) = (now, now)
        lastProcessorSeconds = ProcessMetrics.read().cpuSeconds
    }

    /// Notes one batch of the classifier.
    mutating func countBatch(windows count: Int, seconds: Double) {
        inference.batches += 1
        inference.windows += count
        inferenceSeconds += seconds
        latency.record("inference", seconds: seconds)
    }

    /// Notes a person who was due and had to wait until further messages were read.
    mutating func countPostponed() { inference.postponed += 1 }

    /// Notes a published emotion.
    mutating func countEmotion(_ state: EmotionState) { inference.states.count(state) }

    /// Seconds since the last report.
    func elapsed(at now: Double) -> Double { now - lastReport }

    /// Adds these measurements to a message, and starts a new interval.
    mutating func report(at now: Arrival, in message: inout HealthMessage) {
        let process = ProcessMetrics.read()
        let elapsed = max(elapsed(at: now.monotonic), 1e-3)
        (message.stamp, message.uptime) = (now.wallClock, now.monotonic - started)
        (message.residentBytes, message.threads) = (process.residentBytes, process.threads)
        message.cpu = max(process.cpuSeconds - lastProcessorSeconds, 0) / elapsed
        message.latency = latency.report()
        message.inference = inference
        if inference.windows > 0 {
            message.inference.meanMilliseconds = inferenceSeconds * 1000 / Double(inference.windows)
        }
        (lastReport, lastProcessorSeconds) = (now.monotonic, process.cpuSeconds)
    }
}

/// The counters of one source, or of all sources without a place of their own.
struct SourceMetrics {
    /// As `health` publishes them: messages that were decoded and in order, and those dropped and rejected by reason.
    /// ``report(elapsed:now:)`` fills in rate and age.
    var counts = HealthMessage.Source()
    /// When the last message arrived, accepted or not; monotonic seconds.
    var lastArrival: Double?
    private var acceptedAtReport = 0

    /// The metrics for `health`; starts a new interval for the rate.
    ///
    /// - Parameters:
    ///   - elapsed: Seconds since the last report.
    ///   - now: Monotonic seconds.
    mutating func report(elapsed: Double, now: Double) -> HealthMessage.Source {
        counts.rate = elapsed > 0 ? Double(counts.framesIn - acceptedAtReport) / elapsed : 0
        counts.age = lastArrival.map { max(now - $0, 0) }
        acceptedAtReport = counts.framesIn
        return counts
    }
}

/// The durations of several stages, by the names under which `health` publishes them.
struct StageLatencies {
    private var stages: [String: LatencyHistogram]

    init(_ stages: String...) {
        self.stages = Dictionary(uniqueKeysWithValues: stages.map { ($0, LatencyHistogram()) })
    }

    /// Counts one duration of a stage.
    mutating func record(_ stage: String, seconds: Double) {
        stages[stage]?.record(seconds: seconds)
    }

    /// The percentiles of every stage; starts a new interval.
    mutating func report() -> [String: HealthMessage.Latency] {
        let report = stages.mapValues { stage in
            let percentiles = stage.percentiles
            return HealthMessage.Latency(p50: percentiles?.p50, p95: percentiles?.p95, p99: percentiles?.p99)
        }
        for stage in stages.keys { stages[stage]?.startInterval() }
        return report
    }
}

/// Durations in a fixed number of logarithmic buckets, sixteen to an octave from 1 µs to about two minutes, so that a
/// percentile is within 3 % and recording allocates nothing.
///
/// Percentiles cover the current interval and the one before it, so that they are recent and never empty just after an
/// interval has ended.
struct LatencyHistogram {
    private static let bucketsPerOctave = 16
    private static let octaves = 27

    private var current = [UInt32](repeating: 0, count: bucketsPerOctave * octaves)
    private var previous = [UInt32](repeating: 0, count: bucketsPerOctave * octaves)

    /// Counts one duration; a negative one counts as zero.
    mutating func record(seconds: Double) {
        let microseconds = max(seconds * 1e6, 1)
        let position = Double(Self.bucketsPerOctave) * log2(microseconds)
        current[min(Int(position), current.count - 1)] &+= 1
    }

    /// Starts a new interval and forgets the one before the last.
    mutating func startInterval() {
        swap(&current, &previous)
        for bucket in current.indices { current[bucket] = 0 }
    }

    /// The percentiles in milliseconds; nil if nothing was recorded in the last two intervals.
    var percentiles: (p50: Double, p95: Double, p99: Double)? {
        let total = current.reduce(0) { $0 + Int($1) } + previous.reduce(0) { $0 + Int($1) }
        guard total > 0 else { return nil }
        return (quantile(0.5, of: total), quantile(0.95, of: total), quantile(0.99, of: total))
    }

    /// The geometric middle, in milliseconds, of the bucket that holds the quantile.
    private func quantile(_ share: Double, of total: Int) -> Double {
        let rank = max(Int((share * Double(total)).rounded(.up)), 1)
        var seen = 0
        for bucket in current.indices {
            seen += Int(current[bucket]) + Int(previous[bucket])
            if seen >= rank {
                return exp2((Double(bucket) + 0.5) / Double(Self.bucketsPerOctave)) / 1000
            }
        }
        return 0
    }
}

/// The operating system's metrics of this process.
struct ProcessMetrics {
    /// Resident memory in bytes.
    var residentBytes: Int
    /// User and system time since the start, in seconds.
    var cpuSeconds: Double
    /// The current number of threads.
    var threads: Int

    /// Reads `/proc/self`; a metric that cannot be read is zero.
    static func read() -> ProcessMetrics {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        return ProcessMetrics(
            residentBytes: number(after: "VmRSS:", in: status) * 1024,
            cpuSeconds: Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9,
            threads: number(after: "Threads:", in: status))
    }

    private static func number(after label: String, in status: String) -> Int {
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix(label) }) else { return 0 }
        return Int(line.dropFirst(label.count).split(whereSeparator: \.isWhitespace).first ?? "") ?? 0
    }
}

import Foundation
import Messaging

/// The pipeline's measurements between two health messages.
struct HealthRecord {
    /// From payload to poses, per message.
    var decoding = LatencyHistogram()
    /// One batch through the classifier.
    var inference = LatencyHistogram()
    /// From a frame's arrival to the publication of the emotion that it completes.
    var total = LatencyHistogram()

    private let started: Double
    private var batches = 0
    private var windows = 0
    private var inferenceSeconds = 0.0
    private var postponed = 0
    private var lastReport: Double
    private var lastProcessorSeconds: Double

    /// - Parameter now: Monotonic seconds of the start.
    init(now: Double) {
        started = now
        lastReport = now
        lastProcessorSeconds = ProcessMetrics.read().cpuSeconds
    }

    /// Notes one batch of the classifier.
    mutating func countBatch(windows count: Int, seconds: Double) {
        batches += 1
        windows += count
        inferenceSeconds += seconds
        inference.record(seconds: seconds)
    }

    /// Notes a person who was due and had to wait until further messages were read.
    mutating func countPostponed() {
        postponed += 1
    }

    /// Seconds since the last report.
    func elapsed(at now: Double) -> Double {
        now - lastReport
    }

    /// Makes the message and starts a new interval.
    ///
    /// - Parameters:
    ///   - now: This moment.
    ///   - mqtt: The client's metrics.
    ///   - sources: Metrics by source.
    ///   - people: People in view.
    ///   - windowsKept: Windows that can still be labeled.
    ///   - historyEvictions: Early evictions from the labeling history.
    ///   - requests: Requests and their outcomes.
    ///   - perception: How the node keeps up with its cameras.
    mutating func report(
        at now: Arrival, mqtt: HealthMessage.MQTT, sources: [String: HealthMessage.Source], people: Int,
        windowsKept: Int, historyEvictions: Int, requests: HealthMessage.Requests,
        perception: HealthMessage.Perception
    ) -> HealthMessage {
        let process = ProcessMetrics.read()
        let elapsed = max(elapsed(at: now.monotonic), 1e-3)
        let message = HealthMessage(
            stamp: now.wallClock, uptime: now.monotonic - started, residentBytes: process.residentBytes,
            cpu: max(process.cpuSeconds - lastProcessorSeconds, 0) / elapsed, threads: process.threads,
            mqtt: mqtt, sources: sources, people: people, windowsKept: windowsKept,
            historyEvictions: historyEvictions, requests: requests,
            latency: [
                "decode": HealthMessage.Latency(decoding), "inference": HealthMessage.Latency(inference),
                "total": HealthMessage.Latency(total),
            ],
            inference: HealthMessage.Inference(
                batches: batches, windows: windows,
                meanMilliseconds: windows > 0 ? inferenceSeconds * 1000 / Double(windows) : nil,
                postponed: postponed), perception: perception)
        lastReport = now.monotonic
        lastProcessorSeconds = process.cpuSeconds
        decoding.startInterval()
        inference.startInterval()
        total.startInterval()
        return message
    }
}

/// Durations in a fixed number of logarithmic buckets, sixteen to an octave from 1 µs to about two minutes, so that a
/// percentile is within 3 % and recording allocates nothing.
///
/// Percentiles cover the current interval and the one before it, so that they are recent and never empty just after an
/// interval has ended.
struct LatencyHistogram {
    /// Percentiles in milliseconds.
    struct Percentiles: Equatable {
        var p50: Double
        var p95: Double
        var p99: Double
    }

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

    /// The percentiles, nil if nothing was recorded in the last two intervals.
    var percentiles: Percentiles? {
        let total = current.reduce(0) { $0 + Int($1) } + previous.reduce(0) { $0 + Int($1) }
        guard total > 0 else { return nil }
        return Percentiles(
            p50: quantile(0.5, of: total), p95: quantile(0.95, of: total), p99: quantile(0.99, of: total))
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

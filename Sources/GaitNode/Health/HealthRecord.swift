import Messaging

/// What the pipeline measures of itself between two health messages.
struct HealthRecord {
    /// From payload to poses, per message.
    var decoding = LatencyHistogram()
    /// One batch through the classifier.
    var inference = LatencyHistogram()
    /// From a frame's arrival to the publish of the emotion it completes.
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

    /// Notes a person who was due and is only read after further messages were taken in.
    mutating func countPostponed() {
        postponed += 1
    }

    /// Seconds since the last report.
    func elapsed(at now: Double) -> Double {
        now - lastReport
    }

    /// The message, and the start of a new interval.
    ///
    /// - Parameters:
    ///   - now: This moment.
    ///   - mqtt: The client's figures.
    ///   - sources: Figures by source.
    ///   - people: People in view.
    ///   - windowsKept: Windows that may still be labelled.
    ///   - historyEvictions: What went before its time.
    ///   - requests: What came of requests.
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
                "decode": Self.latency(decoding), "inference": Self.latency(inference),
                "total": Self.latency(total),
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

    private static func latency(_ histogram: LatencyHistogram) -> HealthMessage.Latency {
        let percentiles = histogram.percentiles
        return HealthMessage.Latency(p50: percentiles?.p50, p95: percentiles?.p95, p99: percentiles?.p99)
    }
}

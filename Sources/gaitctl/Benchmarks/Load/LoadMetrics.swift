/// What was measured at one number of people.
struct LoadMetrics: Encodable {
    /// Cores in use: 1 is one core.
    struct Processor: Encodable {
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
    let published: Int
    let accepted: Int
    /// Messages and poses that were lost, by reason; `lost_on_the_way` never reached gaitd.
    let dropped: [String: Int]
    /// Classifications with probabilities that should have come in the time, and that came.
    let expected: Int
    let seen: Int
    let postponed: Int
    let latency: LoadLatency
    let residentMegabytes: Double
    let processor: Processor
    let decodingPerMessage: Double?
    let decodingPerBody: Double?
    let inferencePerWindow: Double?
    /// From the start of gaitd's process to `online`, milliseconds.
    let start: Double
    /// From SIGTERM under this load to the end of the process, milliseconds; null where it was not measured.
    let stop: Double?

    /// Whether the load was carried: nothing lost, 95 of 100 classifications, 99 of 100 of them in time.
    var isCarried: Bool {
        dropped.isEmpty && Double(seen) >= 0.95 * Double(expected) && latency.p99 < LoadLatency.bound
    }

    private enum CodingKeys: String, CodingKey {
        case people, robots, fps, seconds, dropped, postponed
        case published = "messages_published"
        case accepted = "messages_accepted"
        case expected = "classifications_expected"
        case seen = "classifications_seen"
        case residentMegabytes = "rss_mb"
        case processor = "cpu"
        case decodingPerMessage = "decode_us_per_message"
        case decodingPerBody = "decode_us_per_body"
        case inferencePerWindow = "inference_ms_per_window"
        case start = "start_ms"
        case stop = "stop_ms"
        case isCarried = "sustained"
    }

    func encode(to encoder: any Encoder) throws {
        try latency.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(people, forKey: .people)
        try container.encode(robots, forKey: .robots)
        try container.encode(fps, forKey: .fps)
        try container.encode(seconds, forKey: .seconds)
        try container.encode(published, forKey: .published)
        try container.encode(accepted, forKey: .accepted)
        try container.encode(dropped, forKey: .dropped)
        try container.encode(expected, forKey: .expected)
        try container.encode(seen, forKey: .seen)
        try container.encode(postponed, forKey: .postponed)
        try container.encode(residentMegabytes, forKey: .residentMegabytes)
        try container.encode(processor, forKey: .processor)
        try container.encode(decodingPerMessage, forKey: .decodingPerMessage)
        try container.encode(decodingPerBody, forKey: .decodingPerBody)
        try container.encode(inferencePerWindow, forKey: .inferencePerWindow)
        try container.encode(start, forKey: .start)
        try container.encode(stop, forKey: .stop)
        try container.encode(isCarried, forKey: .isCarried)
    }
}

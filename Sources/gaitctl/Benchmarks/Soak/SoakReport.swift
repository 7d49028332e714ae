import Foundation

/// What a daemon held at a moment of a soak.
struct SoakSample: Encodable {
    /// Hours since the first person walked.
    let hour: Double
    let residentMegabytes: Double
    /// Open files, sockets and pipes.
    let descriptors: Int
    /// Milliseconds within which 99 of 100 of the minute's emotions arrived.
    var latency = 0.0

    enum CodingKeys: String, CodingKey {
        case hour, descriptors
        case residentMegabytes = "rss_mb"
        case latency = "p99_ms"
    }

    var summary: String {
        "rss_mb=\(String(format: "%.2f", residentMegabytes)) descriptors=\(descriptors) "
            + "p99_ms=\(String(format: "%.2f", latency))"
    }
}

/// What `gaitctl benchmark soak` prints.
struct SoakReport: Encodable {
    /// Megabytes an hour below which memory counts as steady.
    static let mostGrowth = 2.0

    let people: Int
    let fps: Double
    /// Samples at the beginning that do not count.
    let warmUp: Int
    /// One a minute.
    let samples: [SoakSample]
    let published: Int
    /// Messages and poses that were lost, by reason.
    let dropped: [String: Int]
    let postponed: Int

    private var counted: ArraySlice<SoakSample> { samples.dropFirst(warmUp) }

    /// Megabytes an hour: the median of the slopes between any two samples that count (Theil and Sen), which a single
    /// step of the allocator does not move.
    var growth: Double {
        let counted = Array(counted)
        var slopes: [Double] = []
        for (index, later) in counted.enumerated() {
            for earlier in counted[..<index] where later.hour > earlier.hour {
                slopes.append(
                    (later.residentMegabytes - earlier.residentMegabytes) / (later.hour - earlier.hour))
            }
        }
        return slopes.isEmpty ? 0 : Stopwatch.percentile(50, ofSorted: slopes.sorted())
    }

    /// How many more descriptors were open at the end than at the end of the warm-up.
    var descriptorGrowth: Int {
        guard let first = counted.first, let last = counted.last else { return 0 }
        return last.descriptors - first.descriptors
    }

    /// Whether memory and descriptors are as they were.
    var isSteady: Bool { growth < Self.mostGrowth && descriptorGrowth <= 0 }

    enum CodingKeys: String, CodingKey {
        case people, fps, samples, postponed
        case warmUp = "warm_up_minutes"
        case published = "messages_published"
        case dropped = "dropped"
        case growth = "growth_mb_per_hour"
        case descriptorGrowth = "descriptor_growth"
        case isSteady = "steady"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(people, forKey: .people)
        try container.encode(fps, forKey: .fps)
        try container.encode(warmUp, forKey: .warmUp)
        try container.encode(samples, forKey: .samples)
        try container.encode(published, forKey: .published)
        try container.encode(dropped, forKey: .dropped)
        try container.encode(postponed, forKey: .postponed)
        try container.encode(growth, forKey: .growth)
        try container.encode(descriptorGrowth, forKey: .descriptorGrowth)
        try container.encode(isSteady, forKey: .isSteady)
    }

    var text: String {
        let last = samples.last?.summary ?? ""
        return "people=\(people) minutes=\(samples.count) steady=\(isSteady) "
            + "growth_mb_per_hour=\(String(format: "%.2f", growth)) descriptor_growth=\(descriptorGrowth) "
            + "dropped=\(dropped.values.reduce(0, +)) postponed=\(postponed); at the end \(last)"
    }
}

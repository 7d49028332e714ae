import Messaging

/// One classification that came back during a load.
struct LoadSample: Sendable {
    /// When the frame that it ends with was published, monotonic seconds.
    let published: Double
    /// When the emotion arrived, monotonic seconds.
    let arrived: Double

    /// Seconds from publication to arrival.
    var latency: Double { arrived - published }
}

/// What came of a number of classifications, milliseconds.
struct LoadLatency: Encodable, Equatable {
    /// Milliseconds within which 99 of 100 must arrive.
    static let bound = 100.0

    let median: Double
    let p95: Double
    let p99: Double
    let largest: Double

    init(_ samples: [LoadSample]) {
        let sorted = samples.map { $0.latency * 1000 }.sorted()
        median = Stopwatch.percentile(50, ofSorted: sorted)
        p95 = Stopwatch.percentile(95, ofSorted: sorted)
        p99 = Stopwatch.percentile(99, ofSorted: sorted)
        largest = sorted.last ?? 0
    }

    enum CodingKeys: String, CodingKey {
        case median = "p50_ms"
        case p95 = "p95_ms"
        case p99 = "p99_ms"
        case largest = "max_ms"
    }

    /// The moment from which on everything was in time again: the first, in steps of 0.1 s, after which the
    /// next second's 99th percentile is in bounds.
    ///
    /// - Parameters:
    ///   - samples: in any order.
    ///   - start: monotonic seconds.
    ///   - end: when the load ended, monotonic seconds.
    /// - Returns: seconds after `start`; nil where there is no such moment.
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

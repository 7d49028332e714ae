import Dispatch

/// Times repeated calls: a warm-up, then each call by itself.
enum Stopwatch {
    /// Milliseconds per call.
    struct Timing: Equatable {
        let median: Double
        let p95: Double
    }

    /// - Parameters:
    ///   - warmUp: calls that are not counted.
    ///   - calls: calls that are, at least 1.
    /// - Throws: `CommandFailure.interrupted` after Ctrl-C.
    static func time(warmUp: Int, calls: Int, _ work: () -> Void) throws(CommandFailure) -> Timing {
        for _ in 0..<warmUp {
            try Interruption.check()
            work()
        }
        let times = try (0..<max(calls, 1)).map { _ throws(CommandFailure) in
            try Interruption.check()
            let start = DispatchTime.now().uptimeNanoseconds
            work()
            return Double(DispatchTime.now().uptimeNanoseconds - start) / 1e6
        }
        return summary(of: times)
    }

    /// Median and 95th percentile.
    static func summary(of times: [Double]) -> Timing {
        let sorted = times.sorted()
        return Timing(
            median: percentile(50, ofSorted: sorted), p95: percentile(95, ofSorted: sorted))
    }

    /// The nearest-rank percentile of sorted values; 0 where there are none.
    static func percentile(_ percent: Double, ofSorted sorted: [Double]) -> Double {
        guard !sorted.isEmpty else { return 0 }
        let rank = Int((percent / 100 * Double(sorted.count)).rounded(.up))
        return sorted[min(max(rank - 1, 0), sorted.count - 1)]
    }
}

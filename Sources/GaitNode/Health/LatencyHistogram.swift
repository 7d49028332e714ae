import Foundation

/// Durations in logarithmic buckets of a fixed number, sixteen to an octave from 1 µs to about two minutes,
/// so that a percentile is within 3 % and recording allocates nothing.
///
/// Percentiles cover the current interval and the one before it: recent enough to show what is going on, and
/// never empty just after an interval has ended.
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

    /// Ends the interval: the oldest durations are forgotten.
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

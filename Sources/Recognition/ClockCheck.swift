import Foundation
package import Gait

/// What the stamps say of the source's clock.
package struct ClockCheck {
    /// Drift that gaitd follows, seconds per second.
    private static let largestDrift = 1e-3
    /// Units that stamps may be in by mistake.
    private static let units = [("milliseconds", 1e3), ("microseconds", 1e6), ("nanoseconds", 1e9)]

    private let stamps: [Double]
    private let arrivals: [Double]
    private let wallClock: [Double]
    private let messages: Int
    /// From each stamp to the next, and from each arrival to the next.
    private let steps: [Double]
    private let passed: [Double]
    /// The median step forward: a clock that goes back is not one that runs slowly.
    private let period: Double
    /// How far steps are from whole multiples of the frame's period: frames may be left out.
    private let irregularities: [Double]

    /// - Parameters:
    ///   - stamps: As sent, in whatever unit; nil for a message without one.
    ///   - arrivals: Of the same messages, seconds of a clock that does not jump.
    ///   - wallClock: The arrivals in seconds since the Unix epoch.
    package init(stamps: [Double?], arrivals: [Double], wallClock: [Double]) {
        messages = stamps.count
        let stamped = stamps.indices.filter { stamps[$0] != nil }
        self.stamps = stamps.compactMap(\.self)
        self.arrivals = stamped.map { arrivals[$0] }
        self.wallClock = stamped.map { wallClock[$0] }
        (steps, passed) = (Sample.steps(self.stamps), Sample.steps(self.arrivals))
        let forward = steps.filter { $0 > 0 }
        let period = Sample.median(forward)
        self.period = period
        irregularities = period > 0 ? forward.map { abs($0 - max(($0 / period).rounded(), 1) * period) } : []
    }

    package var findings: [Finding] {
        guard messages > 5 else { return [] }
        if stamps.isEmpty { return [withoutStamps] }
        if stamps.count < messages {
            return [
                wrong(
                    "\(messages - stamps.count) of \(messages) messages have no stamp",
                    "send \"stamp\", seconds of the frame's acquisition, with every message or with none")
            ]
        }
        if let fault = unitFault { return [fault] }
        let faults = [orderFault, repeatFault, jitterFault, driftFault].compactMap(\.self)
        let jitter = Sample.quantile(0.9, irregularities) * 1000
        let offset = Sample.median(zip(wallClock, stamps).map { $0 - $1 })
        let figures = ["offset_s": offset, "jitter_ms": jitter, "speed": speed]
        guard faults.isEmpty else { return faults.with(figures) }
        let offsetText =
            abs(offset) < 86400
            ? String(format: "%.3f s behind this computer's clock on arrival", offset)
            : "a clock with another epoch, which gaitd supports"
        let jitterText = String(format: "%.1f ms from even", jitter)
        return [.good("clock", "stamps in seconds, in order; \(offsetText); \(jitterText)")].with(figures)
    }

    private func wrong(_ text: String, _ advice: String) -> Finding {
        .wrong("clock", text, advice: advice)
    }

    private var withoutStamps: Finding {
        .note(
            "clock",
            String(
                format: "no stamps; the arrival counts, with %.1f ms of jitter", Sample.spread(passed) * 1000),
            advice:
                "send \"stamp\", seconds of the frame's acquisition, so that network delays do not matter")
    }

    /// Stamp's seconds per second passed, in the median.
    private var speed: Double {
        let passed = Sample.median(passed.filter { $0 > 0 })
        return passed > 0 ? period / passed : 1
    }

    /// How much the stamps grow in a second over all, however unevenly.
    private var growth: Double {
        let time = passed.reduce(0, +)
        return time > 0 ? steps.reduce(0, +) / time : 0
    }

    private var unitFault: Finding? {
        let speed = speed
        if (0.5...2).contains(speed) { return nil }
        for (unit, factor) in Self.units where (0.5...2).contains(speed / factor) {
            return wrong(
                "stamps are \(unit): they grow by \(Int(speed.rounded())) in a second",
                String(format: "send seconds: divide the stamp by 1e%.0f", log10(factor)))
        }
        guard stamps.allSatisfy({ $0 == $0.rounded() }) else {
            return wrong(
                String(format: "stamps grow by %.3g in a second", speed),
                "send the frame's time of acquisition in seconds")
        }
        guard growth > 2 else {
            return wrong("stamps are whole seconds", "send the stamp with its fraction of a second")
        }
        return wrong(
            String(format: "stamps count frames: they grow by %.0f in a second", growth),
            "send the frame's time of acquisition in seconds")
    }

    private var orderFault: Finding? {
        // A stamp that is ahead of the time that passed; the other way round the network was late.
        let ahead = zip(steps, passed).map { $0 - $1 }
        let jump = SourceClock.jump
        let jumps = ahead.count { $0 >= jump } + steps.count { $0 <= -jump }
        let late = steps.count { $0 < 0 && $0 > -jump }
        let leaps = ahead.count { $0 >= 0.5 && $0 < jump }
        let parts = [
            (jumps, "jumps of 5 s or more, at which gaitd drops everyone's gait"),
            (late, "stamps older than the previous one, which gaitd drops as late"),
            (leaps, "steps of 0.5 s or more beyond the time that passed"),
        ].filter { $0.0 > 0 }.map { "\($0) \($1)" }
        guard !parts.isEmpty else { return nil }
        return wrong(
            parts.joined(separator: "; "),
            "use a clock that is not set during operation, one source per topic, frames in order")
    }

    private var repeatFault: Finding? {
        let repeated = steps.count { $0 == 0 }
        guard repeated > 0 else { return nil }
        return wrong(
            "\(repeated) of \(messages) stamps repeat the previous one and are dropped",
            "send every frame once, with its own time of acquisition")
    }

    private var jitterFault: Finding? {
        let jitter = Sample.quantile(0.9, irregularities)
        guard jitter > 0.008, jitter > 0.2 * period else { return nil }
        return wrong(
            String(
                format: "the stamps' distances vary by %.0f ms around %.0f ms", jitter * 1000, period * 1000),
            "take the stamp when the image is taken, not when the skeleton is computed or sent")
    }

    private var driftFault: Finding? {
        let delays = zip(arrivals, stamps).map { $0 - $1 }
        let quarter = delays.count / 4
        guard quarter > 5, let first = arrivals.first, let last = arrivals.last, last - first > 4 else {
            return nil
        }
        // The fastest messages of each quarter are not held up by the network.
        let fastest = (0..<4).map { delays[$0 * quarter..<($0 + 1) * quarter].min() ?? 0 }
        let growth = fastest[3] - fastest[0]
        let drift = growth / ((last - first) * 0.75)
        let isSteady = Sample.steps(fastest).allSatisfy { $0 * growth > 0 }
        guard isSteady, abs(growth) > 0.05, abs(drift) > Self.largestDrift else { return nil }
        return wrong(
            String(format: "the clock drifts by %.1f ms in a second", drift * 1000),
            "use a clock that runs evenly; or the sender falls behind, and its queue grows")
    }
}

/// How often messages come.
package enum RateCheck {
    /// Messages a second that gaitd is made for.
    private static let rates = 5.0...120.0
    /// The longest time that is bridged, seconds: `PoseBuffer.Options.maximumGap`.
    private static let longestGap = 0.3

    /// - Parameter arrivals: Of all messages, in order; seconds of a clock that does not jump.
    package static func findings(arrivals: [Double]) -> [Finding] {
        let intervals = Sample.steps(arrivals)
        guard intervals.count >= 5 else {
            return [
                .wrong(
                    "rate", "only \(arrivals.count) messages arrived",
                    advice:
                        "send one message per frame, at 5 to 120 frames a second, also when no person is in view"
                )
            ]
        }
        let median = max(Sample.median(intervals), 1e-6)
        // Messages that come in bursts have no typical distance.
        let duration = arrivals[arrivals.count - 1] - arrivals[0]
        let rate = min(1 / median, 2 * Double(intervals.count) / max(duration, 1e-6))
        let jitter = Sample.quantile(0.95, intervals.map { abs($0 - median) }) * 1000
        let longest = intervals.max() ?? 0
        let gaps = intervals.count { $0 > longestGap && $0 > 1.5 * median }
        let text = String(
            format: "%.1f messages per second, jitter %.1f ms, longest gap %.2f s", rate, jitter, longest)
        let finding: Finding =
            if rate < rates.lowerBound {
                .wrong("rate", text, advice: "send at least 5 frames a second; a step takes half a second")
            } else if rate > rates.upperBound {
                .wrong("rate", text, advice: "send at most 120 frames a second; faster ones are dropped")
            } else if gaps > 0 {
                .wrong(
                    "rate", "\(text); \(gaps) gaps of more than 0.3 s",
                    advice: "find out what interrupts the sender or the network; gaps up to 0.3 s are bridged"
                )
            } else {
                .good("rate", text)
            }
        return [
            finding.with([
                "rate": rate, "jitter_ms": jitter, "longest_gap_s": longest, "gaps": Double(gaps),
            ])
        ]
    }
}

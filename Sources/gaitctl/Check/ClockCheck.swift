import Foundation
import Gait
import Messaging

/// What the stamps say of the source's clock.
struct ClockCheck {
    /// Seconds from which a step back or ahead is a jump, at which gaitd starts over.
    private static let jump = 5.0
    /// Drift that gaitd follows, seconds per second.
    private static let largestDrift = 1e-3
    /// Units that stamps may be in by mistake.
    private static let units = [("milliseconds", 1e3), ("microseconds", 1e6), ("nanoseconds", 1e9)]

    private let subject = "clock"
    private let stamps: [Double]
    private let arrivals: [Double]
    private let wallClock: [Double]
    private let messages: Int

    init(_ record: StreamRecord) {
        let stamped = record.frames.filter { $0.stamp != nil }
        stamps = stamped.compactMap(\.stamp)
        arrivals = stamped.map(\.arrival.monotonic)
        wallClock = stamped.map(\.arrival.wallClock)
        messages = record.frames.count
    }

    /// Stamp's seconds per second passed, in the median.
    private var speed: Double {
        let passed = Sample.median(steps(arrivals).filter { $0 > 0 })
        guard passed > 0 else { return 1 }
        // A clock that goes back is not one that runs slowly.
        let steps = steps(stamps).filter { $0 > 0 }
        return steps.isEmpty ? 0 : Sample.median(steps) / passed
    }

    private func steps(_ values: [Double]) -> [Double] { zip(values, values.dropFirst()).map { $1 - $0 } }

    var findings: [Finding] {
        guard messages > 5 else { return [] }
        if stamps.isEmpty { return [withoutStamps] }
        if stamps.count < messages {
            return [
                .wrong(
                    subject, "\(messages - stamps.count) of \(messages) messages have no stamp",
                    advice:
                        "send \"stamp\", seconds of the frame's acquisition, with every message or with none")
            ]
        }
        if let fault = unitFault { return [fault] }
        let faults = [orderFault, repeatFault, jitterFault, driftFault].compactMap(\.self)
        let figures = [
            "offset_s": Sample.median(offsets), "jitter_ms": Sample.quantile(0.9, irregularities) * 1000,
            "speed": speed,
        ]
        guard faults.isEmpty else { return faults.with(figures) }
        return [.good(subject, "stamps in seconds, in order; \(offsetText); \(jitterText)")].with(figures)
    }

    private var withoutStamps: Finding {
        let steps = steps(arrivals)
        return .note(
            subject,
            String(
                format: "no stamps; the arrival counts, with %.1f ms of jitter", Sample.spread(steps) * 1000),
            advice:
                "send \"stamp\", seconds of the frame's acquisition, so that network delays do not matter")
    }

    /// How much the stamps grow in a second over all, however unevenly.
    private var growth: Double {
        guard let first = stamps.first, let last = stamps.last, let from = arrivals.first,
            let to = arrivals.last,
            to > from
        else { return 0 }
        return (last - first) / (to - from)
    }

    private var unitFault: Finding? {
        let speed = speed
        if (0.5...2).contains(speed) { return nil }
        for (unit, factor) in ClockCheck.units where (0.5...2).contains(speed / factor) {
            return .wrong(
                subject,
                "stamps are \(unit): they grow by \(Int((speed / factor * factor).rounded())) in a second",
                advice: String(format: "send seconds: divide the stamp by 1e%.0f", log10(factor)))
        }
        let growth = growth
        if growth > 2, stamps.allSatisfy({ $0 == $0.rounded() }) {
            return .wrong(
                subject, String(format: "stamps count frames: they grow by %.0f in a second", growth),
                advice: "send the frame's time of acquisition in seconds")
        }
        if stamps.allSatisfy({ $0 == $0.rounded() }) {
            return .wrong(
                subject, "stamps are whole seconds", advice: "send the stamp with its fraction of a second")
        }
        return .wrong(
            subject, String(format: "stamps grow by %.3g in a second", speed),
            advice: "send the frame's time of acquisition in seconds")
    }

    private var orderFault: Finding? {
        let steps = steps(stamps)
        let passed = self.steps(arrivals)
        // A stamp that is ahead of the time that passed; the other way round the network was late.
        let ahead = zip(steps, passed).map { $0 - $1 }
        let jumps = ahead.count { $0 >= ClockCheck.jump } + steps.count { $0 <= -ClockCheck.jump }
        let late = steps.count { $0 < 0 && $0 > -ClockCheck.jump }
        let leaps = ahead.count { $0 >= 0.5 && $0 < ClockCheck.jump }
        var parts: [String] = []
        if jumps > 0 {
            parts.append("\(jumps) jumps of 5 s or more, at which gaitd drops everyone's gait")
        }
        if late > 0 { parts.append("\(late) stamps older than the previous one, which gaitd drops as late") }
        if leaps > 0 { parts.append("\(leaps) steps of 0.5 s or more beyond the time that passed") }
        guard !parts.isEmpty else { return nil }
        return .wrong(
            subject, parts.joined(separator: "; "),
            advice:
                "use a clock that is not set during operation, one source per topic, frames in order"
        )
    }

    private var repeatFault: Finding? {
        let repeated = steps(stamps).count { $0 == 0 }
        guard repeated > 0 else { return nil }
        return .wrong(
            subject, "\(repeated) of \(messages) stamps repeat the previous one and are dropped",
            advice: "send every frame once, with its own time of acquisition")
    }

    /// How far steps are from whole multiples of the frame's period: frames may be left out.
    private var irregularities: [Double] {
        let steps = steps(stamps).filter { $0 > 0 }
        let period = Sample.median(steps)
        guard period > 0 else { return [] }
        return steps.map { abs($0 - max(($0 / period).rounded(), 1) * period) }
    }

    private var jitterText: String {
        String(format: "%.1f ms from even", Sample.quantile(0.9, irregularities) * 1000)
    }

    private var jitterFault: Finding? {
        let period = Sample.median(steps(stamps).filter { $0 > 0 })
        let jitter = Sample.quantile(0.9, irregularities)
        guard jitter > 0.008, jitter > 0.2 * period else { return nil }
        return .wrong(
            subject,
            String(
                format: "the stamps' distances vary by %.0f ms around %.0f ms", jitter * 1000, period * 1000),
            advice: "take the stamp when the image is taken, not when the skeleton is computed or sent")
    }

    /// Arrival minus stamp.
    private var offsets: [Double] { zip(wallClock, stamps).map { $0 - $1 } }

    private var offsetText: String {
        let offset = Sample.median(offsets)
        guard abs(offset) < 86400 else { return "a clock with another epoch, which gaitd supports" }
        return String(format: "%.3f s behind this computer's clock on arrival", offset)
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
        let isSteady = zip(fastest, fastest.dropFirst()).allSatisfy { ($1 - $0) * growth > 0 }
        guard isSteady, abs(growth) > 0.05, abs(drift) > ClockCheck.largestDrift else { return nil }
        return .wrong(
            subject, String(format: "the clock drifts by %.1f ms in a second", drift * 1000),
            advice: "use a clock that runs evenly; or the sender falls behind, and its queue grows")
    }
}

import Foundation
import Gait
import Messaging

/// How often messages come.
enum RateCheck {
    /// Messages a second that gaitd is made for.
    private static let rates = 5.0...120.0
    /// The longest time that is bridged, seconds: `PoseBuffer.Options.maximumGap`.
    private static let longestGap = 0.3

    static func findings(_ record: StreamRecord) -> [Finding] {
        let arrivals = record.frames.map(\.arrival.monotonic)
        let intervals = zip(arrivals, arrivals.dropFirst()).map { $1 - $0 }
        guard intervals.count >= 5 else {
            return [
                .wrong(
                    "rate", "only \(record.messages) messages came",
                    advice:
                        "send one message per frame, at 5 to 120 frames a second, also when nobody is in view"
                )
            ]
        }
        let median = max(Sample.median(intervals), 1e-6)
        // Messages that come in bursts have no typical distance.
        let rate = min(1 / median, 2 * Double(intervals.count) / max(record.duration, 1e-6))
        let jitter = Sample.quantile(0.95, intervals.map { abs($0 - median) })
        let gaps = intervals.filter { $0 > longestGap && $0 > 1.5 * median }
        let text = String(
            format: "%.1f messages a second, jitter %.1f ms, longest gap %.2f s", rate, jitter * 1000,
            intervals.max() ?? 0)
        let figures = [
            "rate": rate, "jitter_ms": jitter * 1000, "longest_gap_s": intervals.max(),
            "gaps": Double(gaps.count),
        ]
        if !rates.contains(rate) {
            let advice =
                rate < 5
                ? "send at least 5 frames a second; a step takes half a second"
                : "send at most 120 frames a second; what comes faster is dropped"
            return [.wrong("rate", text, advice: advice)].with(figures)
        }
        guard gaps.isEmpty else {
            return [
                .wrong(
                    "rate", "\(text); \(gaps.count) gaps of more than 0.3 s",
                    advice: "look for what stops the sender or the network; gaps up to 0.3 s are bridged")
            ].with(figures)
        }
        return [.good("rate", text)].with(figures)
    }
}

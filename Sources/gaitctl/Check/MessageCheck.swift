import Foundation
import Gait
import Messaging

/// What gaitd rejects of the messages, with what to do about it.
enum MessageCheck {
    /// Reasons that another check tells more of.
    private static let toldElsewhere: Set<String> = ["missing_id", "duplicate_id", "wrong_joint_count"]

    /// - Parameter explained: reasons that the checks of this stream have told the cause of.
    static func findings(_ record: StreamRecord, explained: Set<String> = []) -> [Finding] {
        var findings = record.rejected.sorted { $0.key < $1.key }
            .filter { !toldElsewhere.contains($0.key) && !explained.contains($0.key) }
            .map { reason, count in
                Finding.wrong(
                    "messages", "\(count) rejected as \(reason)\(found(reason, record.named))",
                    advice: advice(reason))
            }
        if record.changesFields {
            findings.append(
                .wrong(
                    "messages", "layout, units, up or origin change between messages",
                    advice:
                        "let one source publish on a topic: robots/{robot}/cameras/{camera}/skeletons for each camera"
                )
            )
        }
        guard record.rejected.isEmpty, findings.isEmpty, record.messages > 0 else { return findings }
        return [.good("messages", "\(record.messages) accepted, none rejected")]
    }

    private static func found(_ reason: String, _ names: RawSkeletons.Names) -> String {
        let name =
            switch reason {
            case "unknown_layout": names.layout
            case "unknown_units": names.units
            case "unknown_up": names.up
            default: nil as String?
            }
        return name.map { ": \"\($0.prefix(40))\"" } ?? ""
    }

    private static func advice(_ reason: String) -> String {
        func list(_ names: [String]) -> String { names.joined(separator: ", ") }
        return switch reason {
        case "unknown_layout": "layouts are \(list(SkeletonLayout.allCases.map(\.rawValue)))"
        case "missing_layout": "send \"layout\": one of \(list(SkeletonLayout.allCases.map(\.rawValue)))"
        case "missing_bodies": "send \"bodies\"; an empty array if no person is in view"
        case "unknown_units": "units are \(list(LengthUnit.allCases.map(\.rawValue)))"
        case "unknown_up": "up is \(list(UpAxis.allCases.map(\.rawValue)))"
        case "unknown_origin": "origin is \(list(CoordinateOrigin.allCases.map(\.rawValue)))"
        case "malformed_json":
            "send JSON (RFC 8259) in UTF-8; NaN and Infinity are not JSON: a missing joint is null"
        case "not_an_object": "send one JSON object per message"
        case "duplicate_field": "send every field once"
        case "ill_typed_field":
            "layout, units, up, origin and frame_id are strings, stamp is a number, bodies an array"
        case "invalid_stamp": "send the stamp in seconds since the clock began; it is never negative"
        case "invalid_orientation": "orientation is a unit quaternion [x, y, z, w]"
        case "too_many_bodies": "send at most \(SkeletonMessage.maximumBodies) bodies in a message"
        case "payload_too_large": "send at most one megabyte per message"
        case "invalid_id": "an id is 1 to 64 letters, digits, dots, dashes or underscores, or an integer"
        case "missing_joints": "send \"joints\" with every body"
        case "ill_typed_joints": "a joint is [x, y, z], [x, y, z, confidence] or null"
        case "wrong_joint_length": "a joint is three numbers, or four with a confidence"
        case "two_dimensional_layout":
            "send joints in three dimensions: lift pixels first, for example with a depth image"
        case "implausible_coordinate":
            "coordinates are more than 1000 m away: the unit is wrong, or the depth is invalid"
        default: "see Skeletons.md for the format of a message"
        }
    }
}

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
                    "rate", "only \(record.messages) messages arrived",
                    advice:
                        "send one message per frame, at 5 to 120 frames a second, also when no person is in view"
                )
            ]
        }
        let median = max(Sample.median(intervals), 1e-6)
        // Messages that come in bursts have no typical distance.
        let rate = min(1 / median, 2 * Double(intervals.count) / max(record.duration, 1e-6))
        let jitter = Sample.quantile(0.95, intervals.map { abs($0 - median) })
        let gaps = intervals.filter { $0 > longestGap && $0 > 1.5 * median }
        let text = String(
            format: "%.1f messages per second, jitter %.1f ms, longest gap %.2f s", rate, jitter * 1000,
            intervals.max() ?? 0)
        let figures = [
            "rate": rate, "jitter_ms": jitter * 1000, "longest_gap_s": intervals.max(),
            "gaps": Double(gaps.count),
        ]
        if !rates.contains(rate) {
            let advice =
                rate < 5
                ? "send at least 5 frames a second; a step takes half a second"
                : "send at most 120 frames a second; faster ones are dropped"
            return [.wrong("rate", text, advice: advice)].with(figures)
        }
        guard gaps.isEmpty else {
            return [
                .wrong(
                    "rate", "\(text); \(gaps.count) gaps of more than 0.3 s",
                    advice: "find out what interrupts the sender or the network; gaps up to 0.3 s are bridged"
                )
            ].with(figures)
        }
        return [.good("rate", text)].with(figures)
    }
}

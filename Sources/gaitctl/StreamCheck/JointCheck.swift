import Foundation
import Gait

/// How many joints are missing, and what confidences come with them.
enum JointCheck {
    /// The share of frames without a joint from which windows lose coverage.
    private static let largestShare = 0.3

    static func findings(_ record: StreamRecord) -> [Finding] {
        let poses = record.sightings.map(\.pose)
        guard !poses.isEmpty else { return [] }
        let confidence = confidenceText(record)
        let shares = Joint.allCases.map { joint in
            (joint, Double(poses.count { !$0.present.contains(joint) }) / Double(poses.count))
        }
        let all = shares.map(\.1).reduce(0, +) / Double(Joint.count)
        let never = shares.filter { $0.1 > 0.95 }.map(\.0.name)
        let often = shares.filter { $0.1 > largestShare && $0.1 <= 0.95 }
        let confidences = record.rawBodies.flatMap(\.confidences)
        var figures: [String: Double?] = [
            "least_confidence": confidences.min(), "most_confidence": confidences.max(),
        ]
        for (joint, share) in shares { figures["missing_\(joint.name)"] = share }
        var findings: [Finding] = []
        if never.count == Joint.count {
            return [
                .wrong(
                    "joints", "no joint of anybody is there; \(confidence)",
                    advice:
                        "a joint of confidence 0 counts as missing; send the estimator's confidence, or none")
            ]
        }
        if !never.isEmpty {
            findings.append(
                .wrong(
                    "joints", "\(never.joined(separator: ", ")) are never there",
                    advice:
                        "see that the whole body is in view, feet included, and that the layout is the right one"
                ))
        }
        if !often.isEmpty {
            let list = often.map { "\($0.0.name) \(percent($0.1))" }.joined(separator: ", ")
            findings.append(
                .wrong(
                    "joints", "often missing: \(list)",
                    advice: "see that the whole body is in view; missing joints are bridged over 0.3 s only"))
        }
        guard findings.isEmpty else { return findings.with(figures) }
        let worst = shares.max { $0.1 < $1.1 }
        let most = worst.map { $0.1 > 0 ? ", most \($0.0.name) with \(percent($0.1))" : "" } ?? ""
        return [.good("joints", "\(percent(all)) missing\(most); \(confidence)")].with(figures)
    }

    private static func confidenceText(_ record: StreamRecord) -> String {
        let values = record.rawBodies.flatMap(\.confidences)
        guard let least = values.min(), let most = values.max() else { return "no confidences" }
        return String(format: "confidences %.2f to %.2f", least, most)
    }

    private static func percent(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }
}

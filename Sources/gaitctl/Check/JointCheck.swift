import Foundation
import Gait
import Messaging

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
                    "joints", "no body has any joint; \(confidence)",
                    advice:
                        "a joint of confidence 0 counts as missing; send the estimator's confidence, or none")
            ]
        }
        if !never.isEmpty {
            findings.append(
                .wrong(
                    "joints", "\(never.joined(separator: ", ")) are always missing",
                    advice:
                        "make sure that the whole body is in view, feet included, and that the layout is right"
                ))
        }
        if !often.isEmpty {
            let list = often.map { "\($0.0.name) \(percent($0.1))" }.joined(separator: ", ")
            findings.append(
                .wrong(
                    "joints", "often missing: \(list)",
                    advice:
                        "make sure that the whole body is in view; missing joints are bridged for only 0.3 s")
            )
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

/// Whether the joints are where the layout has them, or where another layout with as many joints has them.
struct LayoutCheck {
    /// Mean deviation of the bones' shares, as a logarithm, up to which bodies are a person's.
    private static let largestDeviation = 0.7

    /// Lengths from each joint's parent to it as shares of a body's height, in the order of `Joint`: Drillis and
    /// Contini (1966).
    private static let usual: [Double] = [
        0, 0.145, 0.155, 0.07, 0.11, 0.186, 0.146, 0.11, 0.186, 0.146, 0.06, 0.245, 0.246, 0.06, 0.245, 0.246,
    ]

    private let record: StreamRecord

    init(_ record: StreamRecord) { self.record = record }

    var findings: [Finding] {
        if let fault = countFault { return [fault] }
        let declared = record.layout
        guard record.accepted > 0, let own = deviation(declared) else { return [] }
        guard own > Self.largestDeviation else {
            return [.good("layout", "\(declared.rawValue) fits the bodies")]
        }
        let others = SkeletonLayout.allCases.filter { $0 != declared && $0.jointCount == declared.jointCount }
        let best = others.compactMap { layout in deviation(layout).map { (layout, $0) } }.min { $0.1 < $1.1 }
        if let (layout, deviation) = best, deviation < Self.largestDeviation, deviation < 0.6 * own {
            return [
                .wrong(
                    "layout",
                    "bodies do not look human in the order of \(declared.rawValue), but do in that of \(layout.rawValue)",
                    advice: "send \"layout\": \"\(layout.rawValue)\"",
                    fields: ["layout": .string(layout.rawValue)])
            ]
        }
        return [
            .wrong(
                "layout", "bodies do not look human in the order of \(declared.rawValue)",
                advice:
                    "compare the estimator's order of joints with the layout's; joints that were not seen must be null"
            )
        ]
    }

    /// Bodies of another number of joints than the layout has.
    private var countFault: Finding? {
        guard let rejected = record.rejected["wrong_joint_count"] else { return nil }
        let counts = Dictionary(grouping: record.rawBodies.map(\.joints.count), by: \.self).mapValues(\.count)
        let strange = counts.filter { $0.key != record.layout.jointCount }.max { $0.value < $1.value }
        let text =
            "\(rejected) bodies have \(strange.map { "\($0.key)" } ?? "other than \(record.layout.jointCount)") joints; "
            + "\(record.layout.rawValue) has \(record.layout.jointCount)"
        let fitting = SkeletonLayout.allCases.filter { $0.jointCount == strange?.key }
        guard let best = fitting.min(by: { (deviation($0) ?? 9) < (deviation($1) ?? 9) }) else {
            return .wrong(
                "layout", text, advice: "send every joint of the layout; one that was not seen is null")
        }
        return .wrong(
            "layout", text, advice: "send \"layout\": \"\(best.rawValue)\"",
            fields: ["layout": .string(best.rawValue)])
    }

    /// How far the bones of the bodies are from a person's in a layout's order; nil if no body is complete.
    private func deviation(_ layout: SkeletonLayout) -> Double? {
        let deviations = record.rawBodies.filter { $0.joints.count == layout.jointCount }
            .compactMap { Self.deviation($0.pose(layout)) }
        return deviations.count >= 3 ? Sample.median(deviations) : nil
    }

    /// The mean log ratio of found to typical shares of the bones' total length; nil if bones are missing.
    private static func deviation(_ pose: Pose) -> Double? {
        let geometry = BodyGeometry(pose: pose)
        var bones: [(found: Double, usual: Double)] = []
        for joint in Joint.allCases {
            guard let parent = joint.parent, let bone = geometry.vector(parent, joint) else { continue }
            bones.append((max(Double(bone.length), 1e-9), usual[joint.rawValue]))
        }
        guard bones.count >= 12 else { return nil }
        let found = bones.reduce(0) { $0 + $1.found }
        let usual = bones.reduce(0) { $0 + $1.usual }
        return Sample.mean(bones.map { min(abs(log($0.found / found / ($0.usual / usual))), 2) })
    }
}

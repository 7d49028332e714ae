import Foundation
import Gait
import Messaging

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

    /// The mean of the logarithms of found to usual shares of the bones' sum; nil if bones are missing.
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

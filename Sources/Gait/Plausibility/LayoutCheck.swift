import Foundation

/// How many joints are missing, and what confidences come with them.
package enum JointCheck {
    /// The share of frames without a joint from which windows lose coverage.
    private static let largestShare = 0.3

    /// - Parameter confidences: As sent; empty if there are none.
    package static func findings(_ poses: [Pose], confidences: [Double]) -> [Finding] {
        guard !poses.isEmpty else { return [] }
        let shares = Joint.allCases.map { joint in
            (joint, Double(poses.count { !$0.present.contains(joint) }) / Double(poses.count))
        }
        let never = shares.filter { $0.1 > 0.95 }.map(\.0.name)
        let often = shares.filter { $0.1 > largestShare && $0.1 <= 0.95 }
        let (least, most) = (confidences.min(), confidences.max())
        let confidence = least.map { String(format: "confidences %.2f to %.2f", $0, most ?? $0) }
        if never.count == Joint.count {
            return [
                .wrong(
                    "joints", "no body has any joint; \(confidence ?? "no confidences")",
                    advice:
                        "a joint of confidence 0 counts as missing; send the estimator's confidence, or none")
            ]
        }
        var findings: [Finding] = []
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
        if findings.isEmpty {
            let all = percent(shares.map(\.1).reduce(0, +) / Double(Joint.count))
            let worst = shares.max { $0.1 < $1.1 }
            let text = worst.map { $0.1 > 0 ? ", most \($0.0.name) with \(percent($0.1))" : "" } ?? ""
            findings = [.good("joints", "\(all) missing\(text); \(confidence ?? "no confidences")")]
        }
        var figures: [String: Double?] = ["least_confidence": least, "most_confidence": most]
        for (joint, share) in shares { figures["missing_\(joint.name)"] = share }
        return findings.with(figures)
    }

    private static func percent(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }
}

/// Whether the joints are where the layout has them, or where another layout with as many joints has them.
package struct LayoutCheck {
    /// Mean deviation of the bones' shares, as a logarithm, up to which bodies are a person's.
    private static let largestDeviation = 0.7

    /// Lengths from each joint's parent to it as shares of a body's height, in the order of `Joint`: Drillis and
    /// Contini (1966).
    static let typical: [Double] = [
        0, 0.145, 0.155, 0.07, 0.11, 0.186, 0.146, 0.11, 0.186, 0.146, 0.06, 0.245, 0.246, 0.06, 0.245, 0.246,
    ]

    private let bodies: [[SIMD3<Float>?]]
    private let declared: SkeletonLayout

    /// - Parameters:
    ///   - bodies: Each one's joints as sent, in any unit; nil if a joint is missing or unreadable.
    ///   - declared: The source's claim.
    package init(_ bodies: [[SIMD3<Float>?]], declared: SkeletonLayout) {
        (self.bodies, self.declared) = (bodies, declared)
    }

    /// - Parameter rejected: Bodies that do not have as many joints as the layout.
    package func findings(rejected: Int) -> [Finding] {
        if rejected > 0 { return [countFault(rejected)] }
        guard let own = deviation(declared) else { return [] }
        guard own > Self.largestDeviation else {
            return [.good("layout", "\(declared.rawValue) fits the bodies")]
        }
        let text = "bodies do not look human in the order of \(declared.rawValue)"
        let others = SkeletonLayout.allCases.filter { $0 != declared && $0.jointCount == declared.jointCount }
        let best = others.compactMap { layout in deviation(layout).map { (layout, $0) } }.min { $0.1 < $1.1 }
        if let (layout, deviation) = best, deviation < Self.largestDeviation, deviation < 0.6 * own {
            return [fault("\(text), but do in that of \(layout.rawValue)", correct: layout)]
        }
        return [
            .wrong(
                "layout", text,
                advice:
                    "compare the estimator's order of joints with the layout's; joints that were not seen must be null"
            )
        ]
    }

    private func fault(_ text: String, correct: SkeletonLayout) -> Finding {
        .wrong(
            "layout", text, advice: "send \"layout\": \"\(correct.rawValue)\"",
            fields: ["layout": .string(correct.rawValue)])
    }

    /// Bodies of another number of joints than the layout has.
    private func countFault(_ rejected: Int) -> Finding {
        let counts = Dictionary(grouping: bodies.map(\.count), by: \.self).mapValues(\.count)
        let strange = counts.filter { $0.key != declared.jointCount }.max { $0.value < $1.value }?.key
        let text =
            "\(rejected) bodies have \(strange.map { "\($0)" } ?? "other than \(declared.jointCount)") joints; "
            + "\(declared.rawValue) has \(declared.jointCount)"
        let fitting = SkeletonLayout.allCases.filter { $0.jointCount == strange }
        guard let best = fitting.min(by: { (deviation($0) ?? 9) < (deviation($1) ?? 9) }) else {
            return .wrong(
                "layout", text, advice: "send every joint of the layout; one that was not seen is null")
        }
        return fault(text, correct: best)
    }

    /// How far the bones of the bodies are from a person's in a layout's order; nil if no body is complete.
    private func deviation(_ layout: SkeletonLayout) -> Double? {
        let deviations = bodies.filter { $0.count == layout.jointCount }
            .compactMap { Self.deviation(layout.millipose($0)) }
        return deviations.count >= 3 ? Sample.median(deviations) : nil
    }

    /// The mean log ratio of found to typical shares of the bones' total length; nil if bones are missing.
    private static func deviation(_ pose: Pose) -> Double? {
        let geometry = BodyGeometry(pose: pose)
        var bones: [(found: Double, typical: Double)] = []
        for joint in Joint.allCases {
            guard let parent = joint.parent, let bone = geometry.vector(parent, joint) else { continue }
            bones.append((max(Double(bone.length), 1e-9), typical[joint.rawValue]))
        }
        guard bones.count >= 12 else { return nil }
        let found = bones.reduce(0) { $0 + $1.found }
        let typical = bones.reduce(0) { $0 + $1.typical }
        return Sample.mean(bones.map { min(abs(log($0.found / found / ($0.typical / typical))), 2) })
    }
}

extension SkeletonLayout {
    /// The pose of joints in this layout's order, in thousandths of their unit: that is within a pose's limits also where
    /// the unit is a millimeter.
    package func millipose(_ joints: [SIMD3<Float>?]) -> Pose {
        pose { index in index < joints.count ? joints[index].map { $0 / 1000 } : nil }
    }
}

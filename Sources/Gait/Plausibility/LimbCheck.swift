import Foundation

/// Checks that limbs have a person's lengths, that both sides match, that the trunk is in order, and that lengths stay
/// constant.
struct LimbCheck {
    /// A length's relative standard deviation from which depth is too noisy.
    private static let variation = 0.15

    private typealias Part = BodyGeometry.Part

    private let proportions: BodyProportions
    private let variations: [BodyGeometry.Part: Double]

    init(_ bodies: [CheckedBody]) {
        proportions = BodyProportions(bodies.map { BodyGeometry(pose: $0.pose) })
        var variations: [Part: Double] = [:]
        let people = Dictionary(grouping: bodies, by: \.id).values.filter { $0.count >= 10 }
        for part in Part.limbs {
            // One person at a time, because people differ.
            let spreads = people.compactMap { sightings -> Double? in
                let lengths = sightings.compactMap { BodyGeometry(pose: $0.pose).length(part) }
                guard lengths.count >= 10 else { return nil }
                return Sample.spread(lengths) / max(Sample.median(lengths), 1e-6)
            }
            variations[part] = Sample.median(spreads)
        }
        self.variations = variations
    }

    private func length(_ part: Part) -> Double { proportions.lengths[part] ?? 0 }

    var findings: [Finding] {
        guard proportions.size > 0 else { return [] }
        let faults = asymmetryFaults + [shareFault, trunkFault, variationFault].compactMap(\.self)
        var figures: [String: Double?] = [:]
        for part in Part.allCases {
            figures[part.rawValue.replacing(" ", with: "_") + "_m"] = proportions.lengths[part]
        }
        guard faults.isEmpty else { return faults.with(figures) }
        let worst = variations.max { $0.value < $1.value }
        let text = worst.map {
            String(format: "lengths vary by up to %.0f %% (%@)", $0.value * 100, $0.key.rawValue)
        }
        return [.good("limbs", "as long as a person's, both sides alike; \(text ?? "")")].with(figures)
    }

    private var asymmetryFaults: [Finding] {
        proportions.asymmetricParts.compactMap { part in
            guard let mirrored = part.mirrored else { return nil }
            return .wrong(
                "limbs",
                String(
                    format: "the %@ is %.2f m long, the %@ %.2f m", part.rawValue, length(part),
                    mirrored.rawValue, length(mirrored)),
                advice: "check the order of these joints in the layout, and their depth"
            )
        }
    }

    private var shareFault: Finding? {
        let strange = proportions.strangeParts.map { part in
            String(format: "%@ %.2f m", part.rawValue, length(part))
        }
        guard !strange.isEmpty else { return nil }
        let body = String(format: "%.2f m", proportions.size)
        return .wrong(
            "limbs",
            "not a person's lengths, where torso, thigh and shank are \(body): "
                + strange.joined(separator: ", "),
            advice: "check the order of these joints in the layout, and the depth")
    }

    private var trunkFault: Finding? {
        guard !proportions.isTrunkInOrder else { return nil }
        return .wrong(
            "limbs", "root, spine, neck and head do not follow each other",
            advice: "check the order of these joints in the layout")
    }

    private var variationFault: Finding? {
        let noisy = Part.allCases.filter { (variations[$0] ?? 0) > Self.variation }
        guard !noisy.isEmpty else { return nil }
        let list = noisy.map { part in
            String(format: "%@ by %.0f %%", part.rawValue, (variations[part] ?? 0) * 100)
        }
        return .wrong(
            "limbs", "lengths vary from frame to frame: \(list.joined(separator: ", "))",
            advice: "smooth the depth, move closer, or use an estimator that keeps limb lengths constant")
    }
}

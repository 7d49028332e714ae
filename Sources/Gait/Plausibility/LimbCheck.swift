import Foundation

/// Checks that limbs have a person's lengths, that both sides match, and that lengths stay constant.
struct LimbCheck {
    /// A limb this many times as long as its counterpart is wrong.
    private static let asymmetry = 1.25
    /// A length's relative standard deviation from which depth is too noisy.
    private static let variation = 0.15

    private typealias Part = BodyGeometry.Part

    private let lengths: [BodyGeometry.Part: [Double]]
    private let size: Double
    private let variations: [BodyGeometry.Part: Double]

    init(_ bodies: [CheckedBody]) {
        let geometries = bodies.map { BodyGeometry(pose: $0.pose) }
        size = Sample.median(geometries.compactMap(\.size))
        var lengths: [Part: [Double]] = [:]
        var variations: [Part: Double] = [:]
        let people = Dictionary(grouping: bodies, by: \.id).values.filter { $0.count >= 10 }
        for part in Part.allCases {
            lengths[part] = geometries.compactMap { $0.length(part) }
            // One person at a time, because people differ.
            let spreads = people.compactMap { sightings -> Double? in
                let lengths = sightings.compactMap { BodyGeometry(pose: $0.pose).length(part) }
                guard lengths.count >= 10 else { return nil }
                return Sample.spread(lengths) / max(Sample.median(lengths), 1e-6)
            }
            variations[part] = Sample.median(spreads)
        }
        (self.lengths, self.variations) = (lengths, variations)
    }

    private func length(_ part: BodyGeometry.Part) -> Double? {
        guard let lengths = lengths[part], lengths.count >= 5 else { return nil }
        return Sample.median(lengths)
    }

    var findings: [Finding] {
        guard size > 0 else { return [] }
        let faults = asymmetryFaults + shareFaults + [variationFault].compactMap(\.self)
        var figures: [String: Double?] = [:]
        for part in Part.allCases {
            figures[part.rawValue.replacing(" ", with: "_") + "_m"] = length(part)
        }
        guard faults.isEmpty else { return faults.with(figures) }
        let worst = variations.max { $0.value < $1.value }
        let text = worst.map {
            String(format: "lengths vary by up to %.0f %% (%@)", $0.value * 100, $0.key.rawValue)
        }
        return [.good("limbs", "as long as a person's, both sides alike; \(text ?? "")")].with(figures)
    }

    private var asymmetryFaults: [Finding] {
        Part.allCases.compactMap { part in
            guard let mirrored = part.mirrored, let own = length(part), let other = length(mirrored),
                own > Self.asymmetry * other
            else { return nil }
            return .wrong(
                "limbs",
                String(
                    format: "the %@ is %.2f m long, the %@ %.2f m", part.rawValue, own, mirrored.rawValue,
                    other),
                advice: "check the order of these joints in the layout, and their depth"
            )
        }
    }

    private var shareFaults: [Finding] {
        let strange = Part.allCases.compactMap { part -> String? in
            guard let length = length(part), !part.typicalShare.contains(length / size) else { return nil }
            return String(format: "%@ %.2f m", part.rawValue, length)
        }
        guard !strange.isEmpty else { return [] }
        let body = String(format: "%.2f m", size)
        return [
            .wrong(
                "limbs",
                "not a person's lengths, where torso, thigh and shank are \(body): "
                    + strange.joined(separator: ", "),
                advice: "check the order of these joints in the layout, and the depth")
        ]
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

import Foundation
import Gait
import Messaging

/// The unit of length, told from the size of the bodies.
struct UnitCheck {
    /// Torso, thigh and shank together, from a child's to a tall adult's, metres.
    private static let sizes = 0.6...1.9

    /// What the poses have to be multiplied with to be metres; `scale` as given where the unit cannot be told.
    let scale: Float
    /// Whether the bodies are of a person's size in some unit.
    let isPlausible: Bool
    let findings: [Finding]

    /// - Parameters:
    ///   - poses: of any scale.
    ///   - scale: what they have to be multiplied with to be metres, if `units` is right.
    ///   - units: what the messages say.
    init(_ poses: [Pose], scale given: Float, units: LengthUnit) {
        let bodies = poses.map(BodyGeometry.init)
        let sizes = bodies.compactMap(\.size)
        guard sizes.count >= 5 else {
            (scale, isPlausible) = (given, false)
            findings =
                poses.isEmpty ? [] : [.note("units", "cannot be told: nobody was seen from neck to foot")]
            return
        }
        let size = Sample.median(sizes) * Double(given)
        let torso = Sample.median(bodies.compactMap { $0.length(.torso) }) * Double(given / units.metres)
        let text = String(format: "a torso is %.3g %@ long", torso, units.rawValue)
        for actual in [units] + LengthUnit.allCases {
            let factor = actual.metres / units.metres
            guard Self.sizes.contains(size * Double(factor)) else { continue }
            (scale, isPlausible) = (given * factor, true)
            findings = [
                actual == units
                    ? .good("units", "\(units.rawValue): \(text)")
                    : .wrong(
                        "units", "\(text): the unit is \(Self.name(actual))",
                        advice: "send \"units\": \"\(actual.rawValue)\", or the numbers in \(units.rawValue)",
                        fields: ["units": .string(actual.rawValue)])
            ]
            return
        }
        (scale, isPlausible) = (given * Float(1.3 / max(size, 1e-6)), false)
        findings = [
            .wrong(
                "units", "\(text), which is a person's in none of m, cm and mm",
                advice: "see what unit the estimator uses, and whether the layout is the right one")
        ]
    }

    private static func name(_ unit: LengthUnit) -> String {
        switch unit {
        case .metre: "the metre"
        case .centimetre: "the centimetre"
        case .millimetre: "the millimetre"
        }
    }
}

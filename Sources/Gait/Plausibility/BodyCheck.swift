import Foundation

/// Judges bodies by themselves: their unit, up axis, limbs, and left and right. Each check assumes that the findings of the
/// previous ones are corrected.
package struct BodyCheck {
    /// The factor from lengths to meters; the given one if the unit cannot be determined.
    package let scale: Float
    /// On units, up axis, limbs and sides, in this order.
    package let findings: [Finding]
    /// The bodies with unit and up axis corrected: meters, y up.
    package let corrected: [CheckedBody]

    /// - Parameters:
    ///   - bodies: y up, if `up` and `orientation` are right.
    ///   - scale: the factor from their lengths to meters, if `units` is right.
    ///   - units: the source's claim.
    ///   - up: the source's claim.
    ///   - orientation: the quaternion already applied.
    ///   - showsTravel: whether positions are places in the world.
    package init(
        _ bodies: [CheckedBody], scale: Float, units: LengthUnit, up: UpAxis, orientation: SIMD4<Float>?,
        showsTravel: Bool
    ) {
        let poses = bodies.map(\.pose)
        let unit = UnitCheck(poses, scale: scale, units: units)
        let upright = UprightCheck(poses, up: up, orientation: orientation)
        let correct = upright.correction
        let corrected = bodies.map { body in
            CheckedBody(
                id: body.id, frame: body.frame, time: body.time,
                pose: body.pose.mapped { correct($0 * unit.scale) })
        }
        self.scale = unit.scale
        self.corrected = corrected
        findings =
            unit.findings + upright.findings + (unit.isPlausible ? LimbCheck(corrected).findings : [])
            + SidesCheck(corrected, showsTravel: showsTravel).findings
    }
}

/// Whether bodies have a place in the world, as their source says.
package enum OriginCheck {
    /// - Parameter scale: The factor from the bodies' lengths to meters.
    package static func findings(
        _ bodies: [CheckedBody], scale: Float, declared: CoordinateOrigin
    ) -> [Finding] {
        let roots = bodies.compactMap { $0.pose.position(.root).map { Double(($0 * scale).length) } }
        guard roots.count >= 10 else { return [] }
        // A hip-centered estimator's root may be beside ours, between other joints.
        let isCentered = Sample.quantile(0.95, roots) < 0.15
        switch (declared, isCentered) {
        case (.world, true):
            return [
                .wrong(
                    "origin", "every root is at the origin all the time",
                    advice: "send \"origin\": \"root\"",
                    fields: ["origin": .string(CoordinateOrigin.root.rawValue)])
            ]
        case (.root, false):
            return [
                .wrong(
                    "origin", String(format: "roots are up to %.1f m from the origin", roots.max() ?? 0),
                    advice: "send \"origin\": \"world\", or positions relative to each body's own root",
                    fields: ["origin": .string(CoordinateOrigin.world.rawValue)])
            ]
        default: return [.good("origin", declared.rawValue)]
        }
    }
}

/// Determines the unit of length from the size of the bodies.
struct UnitCheck {
    /// Torso, thigh and shank together, from a child's to a tall adult's, meters.
    private static let sizes = 0.6...1.9

    /// The factor from lengths to meters; the given one if the unit cannot be determined.
    let scale: Float
    /// Whether the bodies have a person's size in some unit.
    let isPlausible: Bool
    let findings: [Finding]

    /// - Parameters:
    ///   - poses: of any scale.
    ///   - scale: the factor from their lengths to meters, if `units` is right.
    ///   - units: the messages' claim.
    init(_ poses: [Pose], scale given: Float, units: LengthUnit) {
        let bodies = poses.map { BodyGeometry(pose: $0) }
        let sizes = bodies.compactMap(\.size)
        guard sizes.count >= 5 else {
            (scale, isPlausible) = (given, false)
            findings =
                poses.isEmpty ? [] : [.note("units", "unknown: no person was seen from neck to foot")]
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
                "units", "\(text), which fits a person in neither m, cm nor mm",
                advice: "check the estimator's unit and the layout")
        ]
    }

    private static func name(_ unit: LengthUnit) -> String {
        switch unit {
        case .metre: "the meter"
        case .centimetre: "the centimeter"
        case .millimetre: "the millimeter"
        }
    }
}

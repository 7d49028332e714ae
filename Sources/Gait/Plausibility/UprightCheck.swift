import Foundation

/// Determines the axis that points up from the direction in which people stand.
struct UprightCheck {
    /// The tolerated mean angle between the vertical and the line from feet to head, degrees.
    private static let tolerance = 20.0
    /// The least length of the mean direction that shows agreement.
    private static let agreement: Float = 0.7

    private let up: UpAxis
    private let orientation: SIMD4<Float>?
    /// The mean direction from feet to head by the message's own fields; nil without agreement.
    private let direction: SIMD3<Float>?
    private let bodies: Int

    /// - Parameters:
    ///   - poses: y up, if `up` and `orientation` are right.
    ///   - orientation: the quaternion already applied.
    init(_ poses: [Pose], up: UpAxis, orientation: SIMD4<Float>?) {
        (self.up, self.orientation) = (up, orientation)
        let directions = poses.compactMap { BodyGeometry(pose: $0).upright }
        bodies = directions.count
        let mean = directions.reduce(.zero, +) / Float(max(directions.count, 1))
        direction = directions.count >= 5 && mean.length >= Self.agreement ? mean.normalized : nil
    }

    var findings: [Finding] {
        guard let direction else {
            guard bodies >= 5 else {
                return [.note("up", "unknown: no person was seen from head to foot")]
            }
            return [
                .wrong(
                    "up", "people do not stand in a common direction",
                    advice:
                        "send all positions in one frame, and check the layout"
                )
            ]
        }
        let tilt = Self.degrees(direction, SIMD3(0, 1, 0))
        if tilt <= Self.tolerance {
            return [.good("up", String(format: "%@: people stand %.0f° from it", up.rawValue, tilt))]
                .with(["tilt_degrees": tilt])
        }
        guard orientation == nil else {
            return [
                .wrong(
                    "up", String(format: "with \"orientation\" people stand %.0f° off", tilt),
                    advice:
                        "send the quaternion [x, y, z, w] that turns the sensor's frame upright, or its inverse if "
                        + "this is it")
            ]
        }
        return [fault(inSource: up.fromYUp(direction), tilt: tilt)].with(["tilt_degrees": tilt])
    }

    /// Corrects a position to y up.
    var correction: (SIMD3<Float>) -> SIMD3<Float> {
        guard let direction, Self.degrees(direction, SIMD3(0, 1, 0)) > Self.tolerance else { return { $0 } }
        let (up, own) = (up, Self.nearest(up.fromYUp(direction)))
        let turn = Self.turn(from: own.yUp(up.fromYUp(direction)))
        let isUpright = Self.degrees(own.yUp(up.fromYUp(direction)), SIMD3(0, 1, 0)) <= Self.tolerance
        return { position in
            let upright = own.yUp(up.fromYUp(position))
            return isUpright ? upright : upright.rotated(by: turn)
        }
    }

    private func fault(inSource direction: SIMD3<Float>, tilt: Double) -> Finding {
        let axis = Self.nearest(direction)
        let rest = Self.degrees(axis.yUp(direction), SIMD3(0, 1, 0))
        let along = "heads lie along \(Self.name(direction)) from the feet"
        if rest <= Self.tolerance {
            return .wrong(
                "up", "\(along), not along \(up.rawValue)", advice: "send \"up\": \"\(axis.rawValue)\"",
                fields: ["up": .string(axis.rawValue)])
        }
        let turn = Self.turn(from: axis.yUp(direction))
        let numbers = (0..<4).map { (Double(turn[$0]) * 1e4).rounded() / 1e4 }
        let axisText = axis == up ? "" : "\"up\": \"\(axis.rawValue)\" and "
        var fields: [String: Finding.Field] = ["orientation": .numbers(numbers)]
        if axis != up { fields["up"] = .string(axis.rawValue) }
        let text = numbers.map { "\($0)" }.joined(separator: ", ")
        return .wrong(
            "up",
            String(format: "people stand %.0f° off %@: %@", axis == up ? tilt : rest, axis.rawValue, along),
            advice:
                "send \(axisText)\"orientation\": [\(text)], or better the sensor's own from its mount or gyroscope",
            fields: fields)
    }

    /// The protocol's axis nearest to a direction in the source's frame.
    private static func nearest(_ direction: SIMD3<Float>) -> UpAxis {
        UpAxis.allCases.min {
            degrees($0.yUp(direction), SIMD3(0, 1, 0)) < degrees($1.yUp(direction), SIMD3(0, 1, 0))
        }
            ?? .y
    }

    /// A direction such as `+z`, or its numbers if it follows no axis.
    private static func name(_ direction: SIMD3<Float>) -> String {
        for (index, axis) in ["x", "y", "z"].enumerated() where abs(direction[index]) > 0.94 {
            return (direction[index] > 0 ? "+" : "-") + axis
        }
        return String(format: "(%.2f, %.2f, %.2f)", direction.x, direction.y, direction.z)
    }

    private static func degrees(_ one: SIMD3<Float>, _ other: SIMD3<Float>) -> Double {
        Double(acos(min(max(one.dot(other), -1), 1))) * 180 / .pi
    }

    /// The shortest turn of a unit vector to +y, as a quaternion [x, y, z, w].
    private static func turn(from direction: SIMD3<Float>) -> SIMD4<Float> {
        let up = SIMD3<Float>(0, 1, 0)
        let w = 1 + direction.dot(up)
        // Upside down: half a turn about x, like `-y`.
        guard w > 1e-4 else { return SIMD4(1, 0, 0, 0) }
        let axis = direction.cross(up)
        let quaternion = SIMD4(axis.x, axis.y, axis.z, w)
        return quaternion / (quaternion * quaternion).sum().squareRoot()
    }
}

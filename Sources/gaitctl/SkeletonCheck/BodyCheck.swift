import Gait

/// What bodies tell of themselves: their unit, their up axis, their limbs, and left and right, each judged as it is
/// once what those before it have found is corrected.
struct BodyCheck {
    /// What lengths have to be multiplied with to be metres; as given where the unit cannot be told.
    let scale: Float
    /// Of units, up axis, limbs and sides, in this order.
    let findings: [Finding]
    /// The bodies as they would be if nothing were wrong with unit and up axis: metres, y up.
    let corrected: [CheckedBody]

    /// - Parameters:
    ///   - bodies: y up, if `up` and `orientation` are right.
    ///   - scale: what they have to be multiplied with to be metres, if `units` is right.
    ///   - units: what the source says.
    ///   - up: what it says, too.
    ///   - orientation: the quaternion that has been applied.
    ///   - showsTravel: whether positions have a place in the world.
    init(
        _ bodies: [CheckedBody], scale: Float, units: LengthUnit, up: UpAxis, orientation: SIMD4<Float>?,
        showsTravel: Bool
    ) {
        let poses = bodies.map(\.pose)
        let unit = UnitCheck(poses, scale: scale, units: units)
        let upright = UprightCheck(poses, up: up, orientation: orientation)
        let correct = upright.correction
        let corrected = bodies.map { body in
            CheckedBody(
                id: body.id, time: body.time, pose: body.pose.mapped { correct($0 * unit.scale) })
        }
        self.scale = unit.scale
        self.corrected = corrected
        findings =
            unit.findings + upright.findings + (unit.isPlausible ? LimbCheck(corrected).findings : [])
            + SidesCheck(corrected, showsTravel: showsTravel).findings
    }
}

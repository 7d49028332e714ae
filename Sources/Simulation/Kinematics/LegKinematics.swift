import Foundation

/// The legs over the gait cycle, relative to the root, from the joint-angle curves of normal gait and a
/// style.
struct LegKinematics: Sendable {
    /// The points of one leg relative to the root, metres: x left, y up, z forward.
    struct Leg {
        var hip: SIMD3<Double>
        var knee: SIMD3<Double>
        var ankle: SIMD3<Double>
        var heel: SIMD3<Double>
        var ball: SIMD3<Double>
    }

    let body: Anthropometry
    let style: WalkingStyle
    /// How much longer the left leg's swing is than the right's, as a share.
    let asymmetry: Double

    /// The root's displacement to the left at a phase of the left leg, metres: over the standing foot.
    func sway(at phase: Double) -> Double {
        style.pelvisSway * cos(2 * .pi * (phase - 0.30))
    }

    /// One leg at a phase of the left leg.
    func leg(_ side: Side, at phase: Double) -> Leg {
        let own = phase + side.phaseShift
        let amplitude = style.strideAmplitude * (1 + side.sign * asymmetry / 2)
        // Both legs bend a little more in double support: what makes a gait bounce.
        let bend = style.bounce * (0.5 + 0.5 * cos(4 * .pi * (own - 0.05)))
        let thighAngle = amplitude * NormalGait.hip(own) + bend
        let shankAngle = thighAngle - style.kneeAmplitude * NormalGait.knee(own) - 2 * bend
        let footAngle = shankAngle + style.ankleAmplitude * NormalGait.ankle(own) + bend
        // The legs lean against the sway of the root, so that the feet stay on their lines.
        let lean = -sway(at: phase) / (body.thigh + body.shank) * 180 / .pi - side.sign * style.adduction
        let hip = hipPosition(side, at: phase)
        let knee = hip + body.thigh * hanging(forward: thighAngle, left: lean)
        let ankle = knee + body.shank * hanging(forward: shankAngle, left: lean)
        let toes = hanging(forward: footAngle + 90, left: 0)
        let sole = ankle + body.ankleHeight * hanging(forward: footAngle, left: 0)
        return Leg(
            hip: hip, knee: knee, ankle: ankle, heel: sole - body.heelLength * toes,
            ball: sole + body.ballLength * toes)
    }

    private func hipPosition(_ side: Side, at phase: Double) -> SIMD3<Double> {
        let turn = style.strideAmplitude * NormalGait.pelvicRotation * cos(2 * .pi * phase)
        let rise = style.strideAmplitude * NormalGait.pelvicObliquity * sin(2 * .pi * phase) * .pi / 180
        let (across, down) = (side.sign * body.hipWidth / 2, -body.rootRise)
        // The pelvis is rigid: it tilts about the root, then turns.
        let tilted = SIMD3(across * cos(rise) - down * sin(rise), across * sin(rise) + down * cos(rise), 0)
        return tilted.turned(leftForward: turn)
    }
}

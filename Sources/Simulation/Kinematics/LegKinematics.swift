import Foundation
import Gait

/// The legs over the gait cycle, relative to the root, from the joint-angle curves of normal gait and a style.
struct LegKinematics: Sendable {
    /// The points of one leg relative to the root, meters: x left, y up, z forward.
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

    /// The root's displacement to the left at a phase of the left leg, meters: over the standing foot.
    func sway(at phase: Double) -> Double {
        style.pelvisSway * cos(2 * .pi * (phase - 0.30))
    }

    /// One leg at a phase of the left leg.
    func leg(_ side: Side, at phase: Double) -> Leg {
        let own = phase + side.phaseShift
        let amplitude = style.strideAmplitude * (1 + side.sign * asymmetry / 2)
        // Both legs bend a little more in double support, which makes a gait bounce.
        let bend = style.bounce * (0.5 + 0.5 * cos(4 * .pi * (own - 0.05)))
        let thighAngle = amplitude * NormalGait.hip(own) + bend
        let shankAngle = thighAngle - style.kneeAmplitude * NormalGait.knee(own) - 2 * bend
        let footAngle = shankAngle + style.ankleAmplitude * NormalGait.ankle(own) + bend
        // The legs lean against the root's sway, so that the feet stay on their lines.
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

/// The direction of a segment that hangs down at rest, in the frame of the walk: x left, y up, z forward.
///
/// - Parameters:
///   - forward: the swing forward from the vertical, degrees.
///   - left: the lean to the left, degrees.
func hanging(forward: Double, left: Double) -> SIMD3<Double> {
    let (swing, lean) = (forward * .pi / 180, left * .pi / 180)
    return SIMD3(cos(swing) * sin(lean), -cos(swing) * cos(lean), sin(swing))
}

/// The direction of a segment that stands up at rest; the parameters as for `hanging`.
func standing(forward: Double, left: Double) -> SIMD3<Double> {
    hanging(forward: forward, left: left) * SIMD3(1, -1, 1)
}

extension SIMD3<Double> {
    /// The vector turned about the vertical by degrees, such that the left moves forward.
    func turned(leftForward degrees: Double) -> SIMD3<Double> {
        let (c, s) = (cos(degrees * .pi / 180), sin(degrees * .pi / 180))
        return SIMD3(c * x - s * z, y, s * x + c * z)
    }
}

/// One side of the body.
enum Side: Sendable {
    case left, right

    /// +1 on the left, as the x axis points; -1 on the right.
    var sign: Double { self == .left ? 1 : -1 }
    /// The joint on this side, given the left one.
    func joint(_ left: Joint) -> Joint { self == .left ? left : left.mirrored }

    /// The offset from the left leg's phase: the legs are half a cycle apart.
    var phaseShift: Double { self == .left ? 0 : 0.5 }
}

/// The lengths of a body's segments, meters, as shares of its height: Drillis and Contini, "Body Segment Parameters" (1966),
/// as reproduced in Winter, "Biomechanics and Motor Control of Human Movement" (2009), figure 4.1.
///
/// Widths are between joint centers, which lie within the table's body breadths.
struct Anthropometry: Sendable {
    /// Meters.
    let height: Double

    var thigh: Double { 0.245 * height }
    var shank: Double { 0.246 * height }
    /// From the ankle down to the sole.
    var ankleHeight: Double { 0.039 * height }
    /// From the ankle back to the heel, horizontally.
    var heelLength: Double { 0.035 * height }
    /// From the ankle forward to the ball of the foot, horizontally.
    var ballLength: Double { 0.09 * height }
    var hipWidth: Double { 0.10 * height }
    /// The root above the midpoint of the hips.
    var rootRise: Double { 0.012 * height }
    var lowerSpine: Double { 0.145 * height }
    var upperSpine: Double { 0.155 * height }
    /// From the neck to the joint at the base of the skull, which motion-capture rigs call the head.
    var neckToHead: Double { 0.055 * height }
    var shoulderWidth: Double { 0.19 * height }
    /// The shoulders below the neck.
    var shoulderDrop: Double { 0.035 * height }
    var upperArm: Double { 0.186 * height }
    var forearm: Double { 0.146 * height }
}

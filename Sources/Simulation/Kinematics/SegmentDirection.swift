import Foundation

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
    let (swing, lean) = (forward * .pi / 180, left * .pi / 180)
    return SIMD3(cos(swing) * sin(lean), cos(swing) * cos(lean), sin(swing))
}

extension SIMD3<Double> {
    /// Turned about the vertical so that what is on the left comes forward, by degrees.
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
    /// What is added to the left leg's phase: the legs are half a cycle apart.
    var phaseShift: Double { self == .left ? 0 : 0.5 }
}

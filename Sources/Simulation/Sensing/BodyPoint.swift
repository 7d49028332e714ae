import Gait

/// A point of the body that a skeleton source reports, derived from the 16 joints.
enum BodyPoint: Sendable {
    /// One of the 16 joints.
    case joint(Joint)
    /// A share of the way from one joint to another.
    case between(Joint, Joint, Float)
    /// A point of the head, meters left of, above and in front of the head joint.
    case head(left: Float, up: Float, forward: Float)
    /// A point of the hand, meters from the wrist along the forearm and up.
    case hand(Side, along: Float, up: Float = 0)
    /// A point of the foot, meters in front of the ankle, below it, and away from the other foot.
    case foot(Side, forward: Float, down: Float, outward: Float = 0)
    /// A joint in the layout that its source never fills.
    case never

    /// The point's position on a pose; nil if a joint that it needs is missing.
    func position(on pose: Pose) -> SIMD3<Float>? {
        switch self {
        case .joint(let joint):
            return pose.position(joint)
        case .between(let from, let to, let share):
            guard let start = pose.position(from), let end = pose.position(to) else { return nil }
            return start + share * (end - start)
        case .head(let left, let up, let forward):
            guard let head = pose.position(.head), let neck = pose.position(.neck),
                let side = pose.direction(from: .rightShoulder, to: .leftShoulder),
                let rise = normalized(head - neck)
            else { return nil }
            return head + left * side + up * rise + forward * side.cross(rise)
        case .hand(let side, let along, let up):
            guard let wrist = pose.position(side.joint(.leftHand)),
                let forearm = pose.direction(from: side.joint(.leftElbow), to: side.joint(.leftHand))
            else { return nil }
            return wrist + along * forearm + SIMD3(0, up, 0)
        case .foot(let side, let forward, let down, let outward):
            guard let ankle = pose.position(side.joint(.leftFoot)),
                let across = pose.direction(from: .rightHip, to: .leftHip),
                let ahead = normalized(across.cross(SIMD3(0, 1, 0)))
            else { return nil }
            return ankle + forward * ahead - SIMD3(0, down, 0)
                + (side == .left ? outward : -outward) * across
        case .never:
            return nil
        }
    }
}

extension Pose {
    /// The unit vector between two joints; nil if one is missing or they coincide.
    fileprivate func direction(from start: Joint, to end: Joint) -> SIMD3<Float>? {
        guard let start = position(start), let end = position(end) else { return nil }
        return normalized(end - start)
    }
}

private func normalized(_ vector: SIMD3<Float>) -> SIMD3<Float>? {
    let length = vector.length
    return length > 1e-6 ? vector / length : nil
}

import Foundation
import Gait

/// The lengths and directions of a body in one pose; whatever the unit and the axes are.
struct BodyGeometry {
    /// A part of the body whose length does not change.
    enum Part: String, CaseIterable {
        case torso
        case leftUpperArm = "left upper arm"
        case rightUpperArm = "right upper arm"
        case leftForearm = "left forearm"
        case rightForearm = "right forearm"
        case leftThigh = "left thigh"
        case rightThigh = "right thigh"
        case leftShank = "left shank"
        case rightShank = "right shank"

        var ends: (Joint, Joint) {
            switch self {
            case .torso: (.root, .neck)
            case .leftUpperArm: (.leftShoulder, .leftElbow)
            case .rightUpperArm: (.rightShoulder, .rightElbow)
            case .leftForearm: (.leftElbow, .leftHand)
            case .rightForearm: (.rightElbow, .rightHand)
            case .leftThigh: (.leftHip, .leftKnee)
            case .rightThigh: (.rightHip, .rightKnee)
            case .leftShank: (.leftKnee, .leftFoot)
            case .rightShank: (.rightKnee, .rightFoot)
            }
        }

        /// The same part of the other side; nil of the torso.
        var mirrored: Part? {
            switch self {
            case .torso: nil
            case .leftUpperArm: .rightUpperArm
            case .rightUpperArm: .leftUpperArm
            case .leftForearm: .rightForearm
            case .rightForearm: .leftForearm
            case .leftThigh: .rightThigh
            case .rightThigh: .leftThigh
            case .leftShank: .rightShank
            case .rightShank: .leftShank
            }
        }

        /// What is usual as a share of torso, thigh and shank together: Drillis and Contini (1966), with room for
        /// what estimators call a joint.
        var usualShare: ClosedRange<Double> {
            switch self {
            case .torso: 0.25...0.52
            case .leftUpperArm, .rightUpperArm: 0.14...0.36
            case .leftForearm, .rightForearm: 0.11...0.32
            case .leftThigh, .rightThigh, .leftShank, .rightShank: 0.2...0.43
            }
        }
    }

    let pose: Pose

    /// The joint's position; nil where it is missing.
    func position(_ joint: Joint) -> SIMD3<Float>? {
        pose.present.contains(joint) ? pose[joint] : nil
    }

    /// The vector between two joints; nil where one is missing.
    func vector(_ from: Joint, _ to: Joint) -> SIMD3<Float>? {
        guard let from = position(from), let to = position(to) else { return nil }
        return to - from
    }

    /// A part's length; nil where an end is missing.
    func length(_ part: Part) -> Double? {
        vector(part.ends.0, part.ends.1).map { Double($0.length) }
    }

    /// Torso, thigh and shank together: 0.79 of a body's height.
    var size: Double? {
        let legs = [(Part.leftThigh, Part.leftShank), (.rightThigh, .rightShank)].compactMap { thigh, shank in
            length(thigh).flatMap { thigh in length(shank).map { thigh + $0 } }
        }
        guard let torso = length(.torso), !legs.isEmpty else { return nil }
        return torso + Sample.mean(legs)
    }

    /// The direction from the feet to the head; nil where these are missing.
    var upright: SIMD3<Float>? {
        guard let head = position(.head) ?? position(.neck) else { return nil }
        let feet = [position(.leftFoot), position(.rightFoot)].compactMap(\.self)
        guard !feet.isEmpty else { return nil }
        return (head - feet.reduce(.zero, +) / Float(feet.count)).normalised
    }

    /// Where the body faces if left is left: to the front of the axis from the right hip to the left one.
    var facing: SIMD3<Float>? {
        guard let axis = vector(.rightHip, .leftHip) else { return nil }
        let level = SIMD3(axis.x, 0, axis.z)
        guard level.length > 0.3 * axis.length else { return nil }
        return level.cross(SIMD3(0, 1, 0)).normalised
    }

    /// How far the knees lie before the lines from hip to ankle, metres: they bend forward only.
    func kneeFlexion(_ facing: SIMD3<Float>) -> Double? {
        bend([(.leftHip, .leftKnee, .leftFoot), (.rightHip, .rightKnee, .rightFoot)], facing)
    }

    /// How far the elbows lie behind the lines from shoulder to wrist, metres: they bend backward only.
    func elbowFlexion(_ facing: SIMD3<Float>) -> Double? {
        bend(
            [(.leftShoulder, .leftElbow, .leftHand), (.rightShoulder, .rightElbow, .rightHand)], -facing)
    }

    private func bend(_ limbs: [(Joint, Joint, Joint)], _ direction: SIMD3<Float>) -> Double? {
        let bends = limbs.compactMap { start, middle, end -> Double? in
            guard let line = vector(start, end), let part = vector(start, middle), line.length > 1e-3 else {
                return nil
            }
            let along = line.normalised ?? .zero
            return Double((part - along * part.dot(along)).dot(direction))
        }
        return bends.isEmpty ? nil : Sample.mean(bends)
    }
}

extension SIMD3<Float> {
    var length: Float { (self * self).sum().squareRoot() }

    /// The unit vector; nil of a vector without a direction.
    var normalised: SIMD3<Float>? { length > 1e-9 ? self / length : nil }

    func dot(_ other: SIMD3<Float>) -> Float { (self * other).sum() }

    func cross(_ other: SIMD3<Float>) -> SIMD3<Float> {
        SIMD3(y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
    }
}

extension Pose {
    /// Every joint's position changed.
    func mapped(_ change: (SIMD3<Float>) -> SIMD3<Float>) -> Pose {
        var pose = Pose()
        for joint in Joint.allCases where present.contains(joint) { pose[joint] = change(self[joint]) }
        return pose
    }
}

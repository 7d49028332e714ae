/// One of the 16 joints of a gait, in the order of the gait tensor: left limbs first.
///
/// Hands are wrists and feet are ankles, as in the data that the models are trained on.
package enum Joint: Int, CaseIterable, Sendable {
    case root, spine, neck, head
    case leftShoulder, leftElbow, leftHand
    case rightShoulder, rightElbow, rightHand
    case leftHip, leftKnee, leftFoot
    case rightHip, rightKnee, rightFoot

    /// The number of joints, V in the shapes of tensors.
    package static let count = 16

    /// The same joint of the body's other side; joints of the trunk are their own.
    package var mirrored: Joint {
        // A right limb's three joints follow those of the left one.
        switch self {
        case .root, .spine, .neck, .head: self
        case .leftShoulder, .leftElbow, .leftHand, .leftHip, .leftKnee, .leftFoot:
            Joint(rawValue: rawValue + 3) ?? self
        case .rightShoulder, .rightElbow, .rightHand, .rightHip, .rightKnee, .rightFoot:
            Joint(rawValue: rawValue - 3) ?? self
        }
    }

    /// The joint's neighbor toward the root, nil for the root. A parent's raw value is always lower.
    package var parent: Joint? {
        switch self {
        case .root: nil
        case .spine, .leftHip, .rightHip: .root
        case .neck: .spine
        case .head, .leftShoulder, .rightShoulder: .neck
        case .leftElbow: .leftShoulder
        case .leftHand: .leftElbow
        case .rightElbow: .rightShoulder
        case .rightHand: .rightElbow
        case .leftKnee: .leftHip
        case .leftFoot: .leftKnee
        case .rightKnee: .rightHip
        case .rightFoot: .rightKnee
        }
    }

    /// The joint's name in files and messages, such as `l_shoulder`.
    package var name: String { Self.names[rawValue] }

    private static let names = [
        "root", "spine", "neck", "head", "l_shoulder", "l_elbow", "l_hand", "r_shoulder", "r_elbow", "r_hand",
        "l_hip", "l_knee", "l_foot", "r_hip", "r_knee", "r_foot",
    ]
}

/// A set of joints, one bit each, such as those that were seen in a pose.
package struct JointSet: OptionSet, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// The set with a single joint.
    package init(_ joint: Joint) {
        rawValue = 1 << UInt16(joint.rawValue)
    }

    /// All 16 joints.
    package static let all = JointSet(rawValue: .max)

    /// Whether the joint is in the set.
    package func contains(_ joint: Joint) -> Bool {
        rawValue & (1 << UInt16(joint.rawValue)) != 0
    }

    /// The number of joints in the set, 0...16.
    package var count: Int { rawValue.nonzeroBitCount }
}

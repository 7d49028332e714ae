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
        switch self {
        case .root, .spine, .neck, .head: self
        case .leftShoulder: .rightShoulder
        case .leftElbow: .rightElbow
        case .leftHand: .rightHand
        case .rightShoulder: .leftShoulder
        case .rightElbow: .leftElbow
        case .rightHand: .leftHand
        case .leftHip: .rightHip
        case .leftKnee: .rightKnee
        case .leftFoot: .rightFoot
        case .rightHip: .leftHip
        case .rightKnee: .leftKnee
        case .rightFoot: .leftFoot
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
    package var name: String {
        switch self {
        case .root: "root"
        case .spine: "spine"
        case .neck: "neck"
        case .head: "head"
        case .leftShoulder: "l_shoulder"
        case .leftElbow: "l_elbow"
        case .leftHand: "l_hand"
        case .rightShoulder: "r_shoulder"
        case .rightElbow: "r_elbow"
        case .rightHand: "r_hand"
        case .leftHip: "l_hip"
        case .leftKnee: "l_knee"
        case .leftFoot: "l_foot"
        case .rightHip: "r_hip"
        case .rightKnee: "r_knee"
        case .rightFoot: "r_foot"
        }
    }
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

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

/// One body at one moment: 16 joints in metres, y up, right-handed; some of them may be missing.
package struct Pose: Sendable, Equatable {
    /// The furthest that a coordinate may be from the origin, metres; what lies beyond is an error of the
    /// source.
    package static let limit: Float = 1e4

    /// The joints' positions in the order of `Joint`; zero where a joint is missing.
    package private(set) var positions: InlineArray<16, SIMD3<Float>>

    /// The joints that have a position.
    package private(set) var present: JointSet

    /// A pose in which every joint is missing.
    package init() {
        positions = .init(repeating: .zero)
        present = []
    }

    /// A pose with the given positions, of which those count that `present` names and that are finite
    /// and within `limit`.
    package init(positions: InlineArray<16, SIMD3<Float>>, present: JointSet = .all) {
        self.init()
        for joint in Joint.allCases where present.contains(joint) {
            self[joint] = positions[joint.rawValue]
        }
    }

    /// The joint's position, metres; zero where it is missing. Setting one that is not finite or beyond
    /// `limit` makes the joint missing.
    package subscript(_ joint: Joint) -> SIMD3<Float> {
        get { positions[joint.rawValue] }
        set {
            guard Pose.isAcceptable(newValue) else { return remove(joint) }
            positions[joint.rawValue] = newValue
            present.insert(JointSet(joint))
        }
    }

    /// Makes a joint missing.
    package mutating func remove(_ joint: Joint) {
        positions[joint.rawValue] = .zero
        present.remove(JointSet(joint))
    }

    /// Whether a position is finite and no coordinate is further from the origin than `limit`.
    package static func isAcceptable(_ position: SIMD3<Float>) -> Bool {
        // A comparison with a value that is not a number is false, so this rejects those too.
        abs(position.x) <= limit && abs(position.y) <= limit && abs(position.z) <= limit
    }

    package static func == (one: Pose, other: Pose) -> Bool {
        guard one.present == other.present else { return false }
        for index in 0..<Joint.count where one.positions[index] != other.positions[index] { return false }
        return true
    }
}

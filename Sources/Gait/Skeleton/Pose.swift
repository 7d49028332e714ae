/// One body at one moment: 16 joints in meters, y up, right-handed; some of them may be missing.
package struct Pose: Sendable, Equatable {
    /// The furthest that a coordinate may be from the origin, meters; what lies beyond is an error of the
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

    /// The joint's position, meters; zero if it is missing. Setting one that is not finite or beyond `limit` makes
    /// the joint missing.
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

extension Pose {
    /// The joint's position; nil if it is missing.
    package func position(_ joint: Joint) -> SIMD3<Float>? { present.contains(joint) ? self[joint] : nil }

    /// The pose with every position changed.
    package func mapped(_ change: (SIMD3<Float>) -> SIMD3<Float>) -> Pose {
        var pose = Pose()
        for joint in Joint.allCases where present.contains(joint) { pose[joint] = change(self[joint]) }
        return pose
    }

    /// The lengths that a torso, from the neck to the root, may have, meters: that of a toddler, with an
    /// estimator's noise, up to more than anybody's.
    package static let plausibleTorso: ClosedRange<Float> = 0.2...1

    /// The distance from neck to root, meters; nil if either is missing.
    package var torsoLength: Float? {
        guard present.isSuperset(of: [JointSet(.neck), JointSet(.root)]) else { return nil }
        let torso = self[.neck] - self[.root]
        return torso.length
    }

    /// Whether the body is plausible: false if the torso's length is implausible, true if it is unknown.
    package var isPlausible: Bool {
        torsoLength.map(Pose.plausibleTorso.contains) ?? true
    }

    /// Where the body stands, over the ground: its root, or else the midpoint of its hips, or the mean of the joints
    /// that it has; nil if it has none. Meters, x and z.
    package var place: SIMD2<Float>? {
        if present.contains(.root) { return SIMD2(self[.root].x, self[.root].z) }
        if present.isSuperset(of: [JointSet(.leftHip), JointSet(.rightHip)]) {
            let middle = (self[.leftHip] + self[.rightHip]) / 2
            return SIMD2(middle.x, middle.z)
        }
        guard !present.isEmpty else { return nil }
        var sum = SIMD3<Float>.zero
        // Missing joints are zero.
        for index in 0..<Joint.count { sum += positions[index] }
        let mean = sum / Float(present.count)
        return SIMD2(mean.x, mean.z)
    }
}

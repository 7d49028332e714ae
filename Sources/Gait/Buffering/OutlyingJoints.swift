extension PoseBuffer {
    /// How far a bone's length may be from its median, meters, and in typical deviations from it.
    private static let toleratedDifference: Float = 0.1
    private static let toleratedDeviations: Float = 6
    /// Poses below which a median says little.
    private static let leastPoses = 10

    /// Removes joints that make a bone much longer or shorter than the person's own median over the buffer.
    ///
    /// The tolerance is six times the median deviation, so that a noisy source keeps its joints, and at least 10 cm. Of two
    /// joints at the ends of an outlying bone, the one with more such bones is removed, or else the outer one: a hip that
    /// is wrong also moves a root that is derived from it.
    package mutating func removeOutlyingJoints() {
        guard count >= Self.leastPoses else { return }
        var outlying = [JointSet](repeating: [], count: count)
        for joint in Joint.allCases {
            guard let parent = joint.parent else { continue }
            markOutlying(joint, parent, in: &outlying)
        }
        for index in 0..<count where !outlying[index].isEmpty { removeEnds(of: outlying[index], index) }
    }

    /// Marks the joint in the poses in which its bone's length is outlying.
    private func markOutlying(_ joint: Joint, _ parent: Joint, in outlying: inout [JointSet]) {
        var lengths: [(index: Int, length: Float)] = []
        lengths.reserveCapacity(count)
        for index in 0..<count {
            let pose = pose(index)
            guard let end = pose.position(joint), let start = pose.position(parent) else { continue }
            lengths.append((index, (end - start).length))
        }
        guard lengths.count >= Self.leastPoses else { return }
        let middle = median(lengths.map(\.length))
        let deviation = median(lengths.map { abs($0.length - middle) })
        let tolerance = max(Self.toleratedDifference, Self.toleratedDeviations * deviation)
        for (index, length) in lengths where abs(length - middle) > tolerance {
            outlying[index].insert(JointSet(joint))
        }
    }

    /// Removes the joints at fault: of the remaining bones' ends the one with most outlying bones, then the next one.
    ///
    /// - Parameter bones: By their outer joints.
    private mutating func removeEnds(of bones: JointSet, _ index: Int) {
        var bones = bones
        let counts = Joint.allCases.map { joint in
            Joint.allCases.count { bones.contains($0) && ($0 == joint || $0.parent == joint) }
        }
        while !bones.isEmpty {
            var worst: (joint: Joint, count: Int)?
            for outer in Joint.allCases where bones.contains(outer) {
                // Of two ends with as many bones, the outer one.
                for joint in [outer, outer.parent].compactMap(\.self)
                where counts[joint.rawValue] > worst?.count ?? 0 {
                    worst = (joint, counts[joint.rawValue])
                }
            }
            guard let joint = worst?.joint else { return }
            remove(joint, index)
            for bone in Joint.allCases where bone == joint || bone.parent == joint {
                bones.remove(JointSet(bone))
            }
        }
    }
}

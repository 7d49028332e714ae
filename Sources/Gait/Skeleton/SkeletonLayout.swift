/// A skeleton source's order of joints, by its name in messages.
///
/// A layout is a row of `table`: adding one is adding a case and its row.
package enum SkeletonLayout: String, CaseIterable, Sendable {
    /// The 16 joints as they are.
    case step16
    /// MediaPipe BlazePose.
    case blazepose33
    /// Kinect v2, and NTU RGB+D counted from 0.
    case kinect25

    /// The number of joints of a body in this layout.
    package var jointCount: Int { table.jointCount }

    /// Where each of the 16 joints is found, in the order of `Joint`.
    package var sources: [JointSource] { table.sources }

    /// The layout's body as a pose. A joint that needs a missing one is missing itself.
    ///
    /// - Parameter joint: the position of the source's joint of an index below `jointCount`, metres, y up;
    ///   nil where it is missing.
    package func pose(_ joint: (Int) -> SIMD3<Float>?) -> Pose {
        var pose = Pose()
        let sources = table.sources
        for target in Joint.allCases {
            switch sources[target.rawValue] {
            case .joint(let index):
                if let position = joint(index) { pose[target] = position }
            case .midpoint(let one, let other):
                if let position = midpoint(joint(one), joint(other)) { pose[target] = position }
            case .midpointOr(let one, let other, let third):
                if let position = midpoint(joint(one), joint(other)) ?? joint(third) {
                    pose[target] = position
                }
            case .midpointOfRootAndNeck:
                continue
            }
        }
        if sources[Joint.spine.rawValue] == .midpointOfRootAndNeck,
            pose.present.isSuperset(of: [JointSet(.root), JointSet(.neck)])
        {
            pose[.spine] = (pose[.root] + pose[.neck]) / 2
        }
        return pose
    }

    private func midpoint(_ one: SIMD3<Float>?, _ other: SIMD3<Float>?) -> SIMD3<Float>? {
        guard let one, let other else { return nil }
        return (one + other) / 2
    }

    private var table: Table {
        switch self {
        case .step16: Table.step16
        case .blazepose33: Table.blazepose33
        case .kinect25: Table.kinect25
        }
    }
}

/// A layout's row: root, spine, neck, head, then the limbs from the body outwards.
private struct Table {
    let jointCount: Int
    let sources: [JointSource]

    init(
        _ jointCount: Int, root: JointSource, spine: JointSource, neck: JointSource, head: JointSource,
        leftArm: [Int], rightArm: [Int], leftLeg: [Int], rightLeg: [Int]
    ) {
        self.jointCount = jointCount
        sources =
            [root, spine, neck, head] + (leftArm + rightArm + leftLeg + rightLeg).map(JointSource.joint)
        assert(sources.count == Joint.count)
    }

    static let step16 = Table(
        16, root: .joint(0), spine: .joint(1), neck: .joint(2), head: .joint(3),
        leftArm: [4, 5, 6], rightArm: [7, 8, 9], leftLeg: [10, 11, 12], rightLeg: [13, 14, 15])
    static let blazepose33 = Table(
        33, root: .midpoint(23, 24), spine: .midpointOfRootAndNeck, neck: .midpoint(11, 12),
        head: .midpoint(7, 8),
        leftArm: [11, 13, 15], rightArm: [12, 14, 16], leftLeg: [23, 25, 27], rightLeg: [24, 26, 28])
    static let kinect25 = Table(
        25, root: .joint(0), spine: .joint(1), neck: .joint(20), head: .joint(3),
        leftArm: [4, 5, 6], rightArm: [8, 9, 10], leftLeg: [12, 13, 14], rightLeg: [16, 17, 18])
}

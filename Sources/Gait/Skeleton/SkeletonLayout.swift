/// A skeleton source's order of joints, by its name in messages.
///
/// A layout is a row of `table`: adding one is adding a case and its row.
package enum SkeletonLayout: String, CaseIterable, Sendable {
    /// The 16 joints as they are.
    case step16
    /// COCO's 17 keypoints, as PoseNet, MoveNet, YOLO and MMPose give them.
    case coco17
    /// OpenPose's COCO model; also ZED BODY_18.
    case coco18
    /// Cubemos, in the order of `coco18`.
    case cubemos18
    /// ROS4HRI `hri_msgs`, which is `coco18` with the sides of eyes and ears exchanged.
    case ros4hri18
    /// OpenPose BODY_25.
    case openpose25
    /// Kinect v2, and NTU RGB+D counted from 0.
    case kinect25
    /// Azure Kinect.
    case azure32
    /// ZED BODY_34: `azure32` and two heels.
    case zed34
    /// ZED BODY_38.
    case zed38
    /// Nuitrack; also OpenNI. Joint 0, the fingertips and the feet are never filled.
    case nuitrack25
    /// MediaPipe BlazePose.
    case blazepose33
    /// The 17 joints of Human3.6M that lifters give; right leg first.
    case h36m17

    /// The number of joints of a body in this layout.
    package var jointCount: Int { table.jointCount }

    /// Where each of the 16 joints is found, in the order of `Joint`.
    package var sources: [JointSource] { table.sources }

    /// The layout's body as a pose. A joint that needs a missing one is missing itself.
    ///
    /// - Parameter joint: the position of the source's joint of an index below `jointCount`, meters, y up;
    ///   nil if it is missing.
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
        case .coco17: Table.coco17
        case .coco18, .cubemos18, .ros4hri18: Table.coco18
        case .openpose25: Table.openpose25
        case .kinect25: Table.kinect25
        case .azure32: Table.azure32
        case .zed34: Table.zed34
        case .zed38: Table.zed38
        case .nuitrack25: Table.nuitrack25
        case .blazepose33: Table.blazepose33
        case .h36m17: Table.h36m17
        }
    }
}

/// A layout's row: root, spine, neck, head, then the limbs from the body outward.
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
    static let coco17 = Table(
        17, root: .midpoint(11, 12), spine: .midpointOfRootAndNeck, neck: .midpoint(5, 6),
        head: .midpointOr(3, 4, otherwise: 0),
        leftArm: [5, 7, 9], rightArm: [6, 8, 10], leftLeg: [11, 13, 15], rightLeg: [12, 14, 16])
    static let coco18 = Table(
        18, root: .midpoint(8, 11), spine: .midpointOfRootAndNeck, neck: .joint(1),
        head: .midpointOr(16, 17, otherwise: 0),
        leftArm: [5, 6, 7], rightArm: [2, 3, 4], leftLeg: [11, 12, 13], rightLeg: [8, 9, 10])
    static let openpose25 = Table(
        25, root: .joint(8), spine: .midpointOfRootAndNeck, neck: .joint(1),
        head: .midpointOr(17, 18, otherwise: 0),
        leftArm: [5, 6, 7], rightArm: [2, 3, 4], leftLeg: [12, 13, 14], rightLeg: [9, 10, 11])
    static let kinect25 = Table(
        25, root: .joint(0), spine: .joint(1), neck: .joint(20), head: .joint(3),
        leftArm: [4, 5, 6], rightArm: [8, 9, 10], leftLeg: [12, 13, 14], rightLeg: [16, 17, 18])
    static let azure32 = azure(jointCount: 32)
    static let zed34 = azure(jointCount: 34)
    static let zed38 = Table(
        38, root: .joint(0), spine: .joint(2), neck: .joint(4), head: .midpoint(8, 9),
        leftArm: [12, 14, 16], rightArm: [13, 15, 17], leftLeg: [18, 20, 22], rightLeg: [19, 21, 23])
    static let nuitrack25 = Table(
        25, root: .joint(4), spine: .joint(3), neck: .joint(2), head: .joint(1),
        leftArm: [6, 7, 8], rightArm: [12, 13, 14], leftLeg: [17, 18, 19], rightLeg: [21, 22, 23])
    static let blazepose33 = Table(
        33, root: .midpoint(23, 24), spine: .midpointOfRootAndNeck, neck: .midpoint(11, 12),
        head: .midpoint(7, 8),
        leftArm: [11, 13, 15], rightArm: [12, 14, 16], leftLeg: [23, 25, 27], rightLeg: [24, 26, 28])
    static let h36m17 = Table(
        17, root: .joint(0), spine: .joint(7), neck: .joint(8), head: .joint(10),
        leftArm: [11, 12, 13], rightArm: [14, 15, 16], leftLeg: [4, 5, 6], rightLeg: [1, 2, 3])

    /// Azure Kinect, to which ZED adds joints at the end that are not used.
    private static func azure(jointCount: Int) -> Table {
        Table(
            jointCount, root: .joint(0), spine: .joint(1), neck: .joint(3), head: .joint(26),
            leftArm: [5, 6, 7], rightArm: [12, 13, 14], leftLeg: [18, 19, 20], rightLeg: [22, 23, 24])
    }
}

/// Where a layout finds one of the 16 joints.
package enum JointSource: Sendable, Equatable {
    /// The source's joint of this index.
    case joint(Int)
    /// The midpoint of two of the source's joints.
    case midpoint(Int, Int)
    /// The midpoint of two of the source's joints, or a third where either of them is missing.
    case midpointOr(Int, Int, otherwise: Int)
    /// The midpoint of root and neck, for a source that has no joint in the spine.
    case midpointOfRootAndNeck
}

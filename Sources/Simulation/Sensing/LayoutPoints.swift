package import Gait

extension SkeletonLayout {
    /// The body's joints in this layout's order, meters: the reverse of `pose(_:)`.
    ///
    /// Joints beyond the 16, such as ears and toes, get plausible places. A joint is nil if the pose lacks the joints that it
    /// derives from, or if the layout's source never fills it.
    package func joints(of pose: Pose) -> [SIMD3<Float>?] {
        points.map { $0.position(on: pose) }
    }

    /// The layout's joints as points of the body.
    private var points: [BodyPoint] {
        switch self {
        case .step16: LayoutPoints.step16
        case .coco17: LayoutPoints.coco17
        case .coco18, .cubemos18: LayoutPoints.coco18
        case .ros4hri18: LayoutPoints.ros4hri18
        case .openpose25: LayoutPoints.openpose25
        case .kinect25: LayoutPoints.kinect25
        case .azure32: LayoutPoints.azure32
        case .zed34: LayoutPoints.zed34
        case .zed38: LayoutPoints.zed38
        case .nuitrack25: LayoutPoints.nuitrack25
        case .blazepose33: LayoutPoints.blazepose33
        case .h36m17: LayoutPoints.h36m17
        }
    }
}

/// The places of each layout's joints on the body.
///
/// Limb joints coincide with the 16 joints. Joints of the trunk and head are where the source puts them, which differs from
/// motion capture: a neck may be the midpoint of the shoulders, and a head the skull's center, its top or the point between
/// the ears.
enum LayoutPoints {
    // MARK: Points that several layouts have

    private static let nose = BodyPoint.head(left: 0, up: 0.02, forward: 0.11)
    private static let leftEye = BodyPoint.head(left: 0.032, up: 0.065, forward: 0.085)
    private static let rightEye = BodyPoint.head(left: -0.032, up: 0.065, forward: 0.085)
    private static let leftEar = BodyPoint.head(left: 0.07, up: 0.045, forward: 0.01)
    private static let rightEar = BodyPoint.head(left: -0.07, up: 0.045, forward: 0.01)
    private static let skullCenter = BodyPoint.head(left: 0, up: 0.07, forward: 0.02)
    private static let skullTop = BodyPoint.head(left: 0, up: 0.18, forward: 0)
    private static let betweenShoulders = BodyPoint.between(.leftShoulder, .rightShoulder, 0.5)
    private static let betweenHips = BodyPoint.between(.leftHip, .rightHip, 0.5)

    private static func bigToe(_ side: Side) -> BodyPoint {
        .foot(side, forward: 0.17, down: 0.05, outward: -0.015)
    }
    private static func smallToe(_ side: Side) -> BodyPoint {
        .foot(side, forward: 0.13, down: 0.055, outward: 0.045)
    }
    private static func heel(_ side: Side) -> BodyPoint { .foot(side, forward: -0.05, down: 0.05) }
    private static func footTip(_ side: Side) -> BodyPoint { .foot(side, forward: 0.14, down: 0.05) }

    private static let leftArm = [Joint.leftShoulder, .leftElbow, .leftHand].map(BodyPoint.joint)
    private static let rightArm = [Joint.rightShoulder, .rightElbow, .rightHand].map(BodyPoint.joint)
    private static let leftLeg = [Joint.leftHip, .leftKnee, .leftFoot].map(BodyPoint.joint)
    private static let rightLeg = [Joint.rightHip, .rightKnee, .rightFoot].map(BodyPoint.joint)
    /// Left and right in turn, from the body outward.
    private static let arms = zip(leftArm, rightArm).flatMap { [$0, $1] }
    private static let legs = zip(leftLeg, rightLeg).flatMap { [$0, $1] }

    // MARK: The layouts

    static let step16 = Joint.allCases.map(BodyPoint.joint)

    static let coco17: [BodyPoint] = [nose, leftEye, rightEye, leftEar, rightEar] + arms + legs

    static let coco18: [BodyPoint] =
        [nose, betweenShoulders] + rightArm + leftArm + rightLeg + leftLeg
        + [rightEye, leftEye, rightEar, leftEar]

    static let ros4hri18: [BodyPoint] =
        [nose, betweenShoulders] + rightArm + leftArm + rightLeg + leftLeg
        + [leftEye, rightEye, leftEar, rightEar]

    static let openpose25: [BodyPoint] =
        [nose, betweenShoulders] + rightArm + leftArm + [betweenHips] + rightLeg + leftLeg
        + [rightEye, leftEye, rightEar, leftEar]
        + [bigToe(.left), smallToe(.left), heel(.left), bigToe(.right), smallToe(.right), heel(.right)]

    static let kinect25: [BodyPoint] =
        [.joint(.root), .joint(.spine), .between(.neck, .head, 0.5), skullCenter]
        + leftArm + [.hand(.left, along: 0.07)] + rightArm + [.hand(.right, along: 0.07)]
        + leftLeg + [footTip(.left)] + rightLeg + [footTip(.right)]
        + [
            .joint(.neck), .hand(.left, along: 0.16), .hand(.left, along: 0.05, up: 0.03),
            .hand(.right, along: 0.16), .hand(.right, along: 0.05, up: 0.03),
        ]

    static let azure32: [BodyPoint] =
        // Pelvis, navel, chest and neck.
        [.joint(.root), .between(.root, .spine, 0.7), .between(.spine, .neck, 0.3), .joint(.neck)]
        + [.between(.neck, .leftShoulder, 0.2)] + leftArm + azureHand(.left)
        + [.between(.neck, .rightShoulder, 0.2)] + rightArm + azureHand(.right)
        + leftLeg + [footTip(.left)] + rightLeg + [footTip(.right)]
        + [skullCenter, nose, leftEye, leftEar, rightEye, rightEar]

    static let zed34 = azure32 + [heel(.left), heel(.right)]

    static let zed38: [BodyPoint] =
        [.joint(.root), .between(.root, .spine, 0.5), .joint(.spine), .between(.spine, .neck, 0.5)]
        + [.joint(.neck), nose, leftEye, rightEye, leftEar, rightEar]
        + [.between(.neck, .leftShoulder, 0.2), .between(.neck, .rightShoulder, 0.2)] + arms + legs
        + [bigToe(.left), bigToe(.right), smallToe(.left), smallToe(.right), heel(.left), heel(.right)]
        // Tip of the thumb, base of the index finger, tip of the middle finger, base of the little finger.
        + [.hand(.left, along: 0.07, up: 0.04), .hand(.right, along: 0.07, up: 0.04)]
        + [.hand(.left, along: 0.09, up: 0.02), .hand(.right, along: 0.09, up: 0.02)]
        + [.hand(.left, along: 0.18), .hand(.right, along: 0.18)]
        + [.hand(.left, along: 0.08, up: -0.03), .hand(.right, along: 0.08, up: -0.03)]

    static let nuitrack25: [BodyPoint] =
        // Nothing, head, neck, torso and waist.
        [.never, skullCenter, .joint(.neck), .joint(.spine), .between(.root, .spine, 0.1)]
        + [.between(.neck, .leftShoulder, 0.1)] + leftArm + [.hand(.left, along: 0.07), .never]
        + [.between(.neck, .rightShoulder, 0.1)] + rightArm + [.hand(.right, along: 0.07), .never]
        + leftLeg + [.never] + rightLeg + [.never]

    static let blazepose33: [BodyPoint] =
        // The nose; inner, middle and outer corner of the left and of the right eye.
        [nose, .head(left: 0.02, up: 0.065, forward: 0.09), leftEye]
        + [.head(left: 0.044, up: 0.065, forward: 0.08)]
        + [.head(left: -0.02, up: 0.065, forward: 0.09), rightEye]
        + [.head(left: -0.044, up: 0.065, forward: 0.08), leftEar, rightEar]
        // The mouth's corners.
        + [.head(left: 0.025, up: -0.02, forward: 0.09), .head(left: -0.025, up: -0.02, forward: 0.09)]
        + arms
        // Little fingers, index fingers and thumbs.
        + [.hand(.left, along: 0.08, up: -0.02), .hand(.right, along: 0.08, up: -0.02)]
        + [.hand(.left, along: 0.09, up: 0.01), .hand(.right, along: 0.09, up: 0.01)]
        + [.hand(.left, along: 0.04, up: 0.03), .hand(.right, along: 0.04, up: 0.03)]
        + legs
        + [heel(.left), heel(.right), footTip(.left), footTip(.right)]

    static let h36m17: [BodyPoint] =
        [betweenHips] + rightLeg + leftLeg
        // Spine, thorax, what is called neck or nose, and the top of the head.
        + [.joint(.spine), .joint(.neck), .head(left: 0, up: 0, forward: 0.08), skullTop]
        + leftArm + rightArm

    /// Hand, its tip and thumb.
    private static func azureHand(_ side: Side) -> [BodyPoint] {
        [.hand(side, along: 0.07), .hand(side, along: 0.16), .hand(side, along: 0.05, up: 0.03)]
    }
}

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
                let rise = (head - neck).normalized
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
                let ahead = across.cross(SIMD3(0, 1, 0)).normalized
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
        return (end - start).normalized
    }
}

package import Gait

extension SkeletonLayout {
    /// The body's joints in this layout's order, metres: the reverse of `pose(_:)`.
    ///
    /// Joints beyond the 16, such as ears and toes, are put where they plausibly are. A joint is nil where
    /// the pose lacks what it is told by.
    package func joints(of pose: Pose) -> [SIMD3<Float>?] {
        points.map { $0.position(on: pose) }
    }

    /// The layout's joints as points of the body: one row per layout.
    private var points: [BodyPoint] {
        switch self {
        case .step16: LayoutPoints.step16
        case .blazepose33: LayoutPoints.blazepose33
        case .kinect25: LayoutPoints.kinect25
        }
    }
}

/// Where the joints of each layout are on the body.
private enum LayoutPoints {
    static let step16 = Joint.allCases.map(BodyPoint.joint)

    static let blazepose33: [BodyPoint] = [
        .head(left: 0, up: -0.01, forward: 0.11),  // nose
        .head(left: 0.02, up: 0.03, forward: 0.09),  // left eye: inner, middle, outer
        .head(left: 0.03, up: 0.03, forward: 0.085),
        .head(left: 0.04, up: 0.03, forward: 0.08),
        .head(left: -0.02, up: 0.03, forward: 0.09),  // right eye
        .head(left: -0.03, up: 0.03, forward: 0.085),
        .head(left: -0.04, up: 0.03, forward: 0.08),
        .head(left: 0.07, up: 0, forward: 0),  // ears
        .head(left: -0.07, up: 0, forward: 0),
        .head(left: 0.025, up: -0.05, forward: 0.09),  // mouth
        .head(left: -0.025, up: -0.05, forward: 0.09),
        .joint(.leftShoulder), .joint(.rightShoulder), .joint(.leftElbow), .joint(.rightElbow),
        .joint(.leftHand), .joint(.rightHand),
        .hand(.left, along: 0.08, up: -0.02), .hand(.right, along: 0.08, up: -0.02),  // little fingers
        .hand(.left, along: 0.09, up: 0.01), .hand(.right, along: 0.09, up: 0.01),  // index fingers
        .hand(.left, along: 0.04, up: 0.03), .hand(.right, along: 0.04, up: 0.03),  // thumbs
        .joint(.leftHip), .joint(.rightHip), .joint(.leftKnee), .joint(.rightKnee),
        .joint(.leftFoot), .joint(.rightFoot),
        .foot(.left, forward: -0.05, down: 0.05), .foot(.right, forward: -0.05, down: 0.05),  // heels
        .foot(.left, forward: 0.16, down: 0.05), .foot(.right, forward: 0.16, down: 0.05),  // toes
    ]

    static let kinect25: [BodyPoint] = [
        .joint(.root), .joint(.spine), .between(.neck, .head, 0.5), .joint(.head),
        .joint(.leftShoulder), .joint(.leftElbow), .joint(.leftHand), .hand(.left, along: 0.07),
        .joint(.rightShoulder), .joint(.rightElbow), .joint(.rightHand), .hand(.right, along: 0.07),
        .joint(.leftHip), .joint(.leftKnee), .joint(.leftFoot), .foot(.left, forward: 0.12, down: 0.05),
        .joint(.rightHip), .joint(.rightKnee), .joint(.rightFoot), .foot(.right, forward: 0.12, down: 0.05),
        .joint(.neck), .hand(.left, along: 0.16), .hand(.left, along: 0.05, up: 0.03),
        .hand(.right, along: 0.16), .hand(.right, along: 0.05, up: 0.03),
    ]
}

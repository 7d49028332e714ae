package import Gait

extension SkeletonLayout {
    /// The body's joints in this layout's order, metres: the reverse of `pose(_:)`.
    ///
    /// Joints beyond the 16, such as ears and toes, are put where they plausibly are. A joint is nil where
    /// the pose lacks what it is told by, and where the layout's source never fills it.
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

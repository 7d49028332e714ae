import Foundation

extension PoseRegion {
    /// How much larger the region is than the circle through the point that both networks give for the body's size
    /// (MediaPipe, pose_detection_to_roi.pbtxt and pose_landmarks_to_roi.pbtxt: `scale_x`, `scale_y`).
    private static let margin: Float = 1.25

    /// The region of a person whose hips have their middle in one point and whose upright body's circle goes through
    /// another, straight above the hips; both in pixels of the image.
    ///
    /// Nil where the points are not finite or are the same.
    init?(hips: SIMD2<Float>, top: SIMD2<Float>) {
        let reach = top - hips
        let length = (reach * reach).sum().squareRoot()
        guard length.isFinite, length > 0 else { return nil }
        self.init(centre: hips, side: 2 * length * Self.margin, rotation: atan2(reach.x, -reach.y))
        guard isUsable else { return nil }
    }

    /// The furthest that a region may reach, pixels; images have some thousand.
    private static let furthest: Float = 1e6

    /// Whether it is a square of some size, not absurdly far away.
    var isUsable: Bool {
        side > 0 && side < Self.furthest && abs(centre.x) < Self.furthest && abs(centre.y) < Self.furthest
            && rotation.isFinite
    }
}

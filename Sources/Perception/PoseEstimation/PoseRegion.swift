import Foundation
import Gait

/// The square of an image in which the landmark network searches for one person, turned so that the person stands upright
/// in it.
package struct PoseRegion: Equatable, Sendable {
    /// The middle, pixels of the image, from its left and its top.
    package var center: SIMD2<Float>
    /// The length of a side, pixels of the image.
    package var side: Float
    /// How far the square is turned, radians, clockwise as seen; 0 for a person who stands upright.
    package var rotation: Float = 0

    /// How much larger the region is than the circle that both networks give for the body's size (MediaPipe,
    /// pose_detection_to_roi.pbtxt and pose_landmarks_to_roi.pbtxt: `scale_x`, `scale_y`).
    private static let margin: Float = 1.25
    /// The farthest a region may reach, pixels; images have a few thousand.
    private static let farthest: Float = 1e6

    /// Whether the square has a size and is not absurdly far away.
    var isUsable: Bool {
        side > 0 && side < Self.farthest && abs(center.x) < Self.farthest && abs(center.y) < Self.farthest
            && rotation.isFinite
    }

    /// The region in an image enlarged by a factor.
    func scaled(by scale: Float) -> PoseRegion {
        PoseRegion(center: center * scale, side: side * scale, rotation: rotation)
    }
}

extension PoseRegion {
    /// The region of a person, from the middle of the hips and the point on the upright body's circle straight above the
    /// hips; both in pixels of the image.
    ///
    /// Nil if the points are not finite or coincide.
    init?(hips: SIMD2<Float>, top: SIMD2<Float>) {
        let reach = top - hips
        let length = reach.length
        guard length.isFinite, length > 0 else { return nil }
        self.init(center: hips, side: 2 * length * Self.margin, rotation: atan2(reach.x, -reach.y))
        guard isUsable else { return nil }
    }
}

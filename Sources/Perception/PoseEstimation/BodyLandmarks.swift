import Foundation
import Gait

/// The 33 landmarks of one person in one image, in BlazePose's order (joints.md's `blazepose33`).
package struct BodyLandmarks: Equatable, Sendable {
    /// The number of landmarks.
    package static let count = 33

    /// How sure the network is that the region shows a person, 0...1.
    package var score: Float
    /// Positions in the image: pixels from the left and from the top, and the depth in the same scale, smaller nearer
    /// to the camera.
    package var positions: [SIMD3<Float>]
    /// How likely each landmark is seen rather than hidden, 0...1.
    package var visibility: [Float]
    /// Positions in space, meters from the middle of the hips; x right, y down, z away from the camera.
    package var world: [SIMD3<Float>]
    /// Where to search for the same person in the next image.
    package var nextRegion: PoseRegion

    /// A landmark's place in the image, pixels.
    func place(_ landmark: Int) -> SIMD2<Float> {
        SIMD2(positions[landmark].x, positions[landmark].y)
    }

    /// The landmarks of an image enlarged by a factor.
    func scaled(by scale: Float) -> BodyLandmarks {
        guard scale != 1 else { return self }
        var scaled = self
        for index in positions.indices { scaled.positions[index] *= scale }
        scaled.nextRegion = nextRegion.scaled(by: scale)
        return scaled
    }
}

// MARK: - Plausibility

extension BodyLandmarks {
    /// The visibility of shoulders and hips below which the torso does not count as seen.
    private static let leastVisibility: Float = 0.5
    /// The least length of the torso as a share of the region's side; a standing body's is 0.2.
    private static let leastTorso: Float = 0.08

    /// Whether this can be a person who walks, stands or sits: the torso is seen and upright within 45 degrees, the head
    /// is above it and the feet are below. This rejects figures that lie or hang upside down, and most of the bodies that
    /// the network sees in furniture.
    var isUprightBody: Bool {
        guard [11, 12, 23, 24].allSatisfy({ visibility[$0] >= Self.leastVisibility }) else { return false }
        let (shoulders, hips, ankles) = (middle(11, 12), middle(23, 24), middle(27, 28))
        let torso = hips - shoulders
        let length = torso.length
        return torso.y > abs(torso.x) && length >= Self.leastTorso * nextRegion.side
            && positions[0].y < shoulders.y + length / 4 && ankles.y > hips.y
    }

    /// The point of the image midway between two landmarks, pixels.
    private func middle(_ one: Int, _ other: Int) -> SIMD2<Float> { (place(one) + place(other)) / 2 }
}

// MARK: - Similarity

extension BodyLandmarks {
    /// How far annotators disagree about a keypoint, as a share of the body's scale: twice the standard deviations of
    /// COCO's keypoint evaluation.
    private static let spreads: [(landmark: Int, spread: Float)] = [
        (0, 0.052), (11, 0.158), (12, 0.158), (13, 0.144), (14, 0.144), (15, 0.124), (16, 0.124),
        (23, 0.214), (24, 0.214), (25, 0.174), (26, 0.174), (27, 0.178), (28, 0.178),
    ]

    /// The approximate share of a region's area that a standing body fills.
    private static let areaShare: Float = 0.12

    /// COCO's object keypoint similarity of two bodies, 0...1: how closely their nose and limbs coincide in the image.
    ///
    /// - Parameters:
    ///   - other: the other body.
    ///   - offset: how far the other body has moved since its landmarks were found, pixels.
    func similarity(to other: BodyLandmarks, movedBy offset: SIMD2<Float> = .zero) -> Float {
        let side = (nextRegion.side + other.nextRegion.side) / 2
        let area = max(Self.areaShare * side * side, 1)
        var sum: Float = 0
        for (landmark, spread) in Self.spreads {
            let distance = other.place(landmark) + offset - place(landmark)
            sum += exp(-(distance * distance).sum() / (2 * area * spread * spread))
        }
        return sum / Float(Self.spreads.count)
    }
}

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

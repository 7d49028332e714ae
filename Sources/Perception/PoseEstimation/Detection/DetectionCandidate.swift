import Foundation

/// What one anchor of the detector says; places as parts of the input's side.
struct DetectionCandidate: Equatable {
    /// 0...1.
    var score: Float
    /// Left, top, right, bottom of the face.
    var box: SIMD4<Float>
    /// The middle of the hips (x, y), and the point above it on the body's circle (x, y).
    var points: SIMD4<Float>

    /// Values that the network gives for an anchor: the box's middle and size, then four points, of which the last two
    /// are for the upper body and not used; pixels of the input, from the anchor.
    static let valuesPerAnchor = 12
    /// Scores' logits are clipped to plus or minus this (`score_clipping_thresh`).
    private static let largestLogit: Float = 100

    /// Reads what an anchor says, or nil where the score is below `minimumScore` or a value is not finite.
    init?(
        logit: Float, values: UnsafePointer<Float>, anchor: SIMD2<Float>, minimumScore: Float
    ) {
        let clipped = min(max(logit, -Self.largestLogit), Self.largestLogit)
        score = 1 / (1 + exp(-clipped))
        guard score >= minimumScore else { return nil }
        let scale = 1 / Float(DetectorAnchors.inputSize)
        let middle = SIMD2(values[0], values[1]) * scale + anchor
        let half = SIMD2(values[2], values[3]) * (scale / 2)
        box = SIMD4(lowHalf: middle - half, highHalf: middle + half)
        points =
            SIMD4(values[4], values[5], values[6], values[7]) * scale
            + SIMD4(lowHalf: anchor, highHalf: anchor)
        guard (box + points).sum().isFinite else { return nil }
    }

    init(score: Float, box: SIMD4<Float>, points: SIMD4<Float>) {
        (self.score, self.box, self.points) = (score, box, points)
    }

    private var area: Float { max(box.z - box.x, 0) * max(box.w - box.y, 0) }

    /// The common part of two boxes over what they cover together, 0...1.
    func overlap(with other: DetectionCandidate) -> Float {
        let width = min(box.z, other.box.z) - max(box.x, other.box.x)
        let height = min(box.w, other.box.w) - max(box.y, other.box.y)
        guard width > 0, height > 0 else { return 0 }
        return width * height / (area + other.area - width * height)
    }
}

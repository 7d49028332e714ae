/// What a camera saw of one person in the 2.5 s that end at the newest picture: the input of the lifter.
package struct ImageWindow: Sendable, Equatable {
    /// The joints that pictures show, V = 13. Root, spine and neck lie between them.
    package static let joints: [Joint] = [
        .head, .leftShoulder, .leftElbow, .leftHand, .rightShoulder, .rightElbow, .rightHand,
        .leftHip, .leftKnee, .leftFoot, .rightHip, .rightKnee, .rightFoot,
    ]

    /// Where each joint of a pose is among ``joints``; nil for those between.
    static let columns: [Int?] = Joint.allCases.map { joints.firstIndex(of: $0) }

    /// `[T, V]`, T = 75 at 30 Hz: the rays to the joints, tangents to the right and down from the optical axis. Joints that
    /// were not seen are interpolated.
    package let rays: [SIMD2<Float>]
    /// `[T, V]`, 0...1: the estimator's confidence; 0 where a joint was not seen near that time.
    package let confidences: [Float]
    /// The stamp of the first frame, seconds.
    package let start: Double
    /// The stamp of the last frame, which is that of the newest picture, seconds.
    package let end: Double
    /// The share of the frames, in 0...1, in which every joint was seen or interpolated over a short gap.
    package let coverage: Float

    package init(
        rays: [SIMD2<Float>], confidences: [Float], start: Double, end: Double, coverage: Float
    ) {
        precondition(
            rays.count == confidences.count && rays.count == Gait.windowFrames * Self.joints.count)
        (self.rays, self.confidences) = (rays, confidences)
        (self.start, self.end, self.coverage) = (start, end, coverage)
    }
}

extension ImageWindow {
    private static func places(_ one: Joint, _ other: Joint) -> (Int, Int) {
        (joints.firstIndex(of: one) ?? 0, joints.firstIndex(of: other) ?? 0)
    }
    private static let hipPlaces = places(.leftHip, .rightHip)
    private static let shoulderPlaces = places(.leftShoulder, .rightShoulder)

    private func middle(_ places: (Int, Int), frame: Int) -> SIMD2<Float> {
        let row = frame * Self.joints.count
        return (rays[row + places.0] + rays[row + places.1]) / 2
    }

    /// The ray to the middle of the hips in a frame, tangents.
    package func hips(frame: Int) -> SIMD2<Float> { middle(Self.hipPlaces, frame: frame) }

    /// From the middle of the hips to that of the shoulders in a frame, tangents.
    package func trunk(frame: Int) -> SIMD2<Float> {
        middle(Self.shoulderPlaces, frame: frame) - hips(frame: frame)
    }
}

extension PoseBuffer {
    /// The 75 frames at 30 Hz that end at the newest stamp, of a buffer of ``ImagePose``s, by the rules of ``window()``.
    ///
    /// - Returns: nil if there are fewer than two poses, a joint that pictures show was never seen, or the coverage is
    ///   below `minimumCoverage`.
    package func imageWindow() -> ImageWindow? {
        guard let end = newestStamp else { return nil }
        let joints = ImageWindow.joints
        var rays = [SIMD2<Float>](repeating: .zero, count: Gait.windowFrames * joints.count)
        var confidences = [Float](repeating: 0, count: rays.count)
        // The root lies between the hips: it is seen wherever they are, and the others are held beside it.
        let coverage = resample([.root] + joints, frames: Gait.windowFrames, until: end) { sample in
            guard let column = ImageWindow.columns[sample.joint.rawValue] else { return }
            let place = sample.frame * joints.count + column
            let seen = ImagePose.split(sample.position)
            rays[place] = seen.ray
            // A curve through confidences may leave their range.
            confidences[place] = sample.isSeen ? min(max(seen.confidence, 0), 1) : 0
        }
        guard let coverage, coverage >= options.minimumCoverage else { return nil }
        return ImageWindow(
            rays: rays, confidences: confidences, start: end - PoseBuffer.windowSeconds, end: end,
            coverage: coverage)
    }
}

extension ImageWindow {
    /// `[T, V, 3]`: every joint's ray and confidence, as files keep them.
    package var values: [Float] { zip(rays, confidences).flatMap { [$0.x, $0.y, $1] } }

    /// - Parameter values: as ``values`` has them.
    /// - Returns: nil if they are not as many, or not finite.
    package init?(values: [Float], start: Double, end: Double, coverage: Float) {
        let joints = Gait.windowFrames * Self.joints.count
        guard values.count == 3 * joints, values.allSatisfy(\.isFinite) else { return nil }
        self.init(
            rays: (0..<joints).map { SIMD2(values[$0 * 3], values[$0 * 3 + 1]) },
            confidences: (0..<joints).map { values[$0 * 3 + 2] }, start: start, end: end, coverage: coverage)
    }
}

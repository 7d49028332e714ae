/// What a camera saw of one person in the 2.5 s that end at the newest picture: the input of the lifter.
package struct ImageWindow: Sendable, Equatable {
    /// The joints that pictures show, V = 13. Root, spine and neck lie between them.
    package static let joints: [Joint] = [
        .head, .leftShoulder, .leftElbow, .leftHand, .rightShoulder, .rightElbow, .rightHand,
        .leftHip, .leftKnee, .leftFoot, .rightHip, .rightKnee, .rightFoot,
    ]

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

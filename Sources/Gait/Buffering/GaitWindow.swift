/// The 2.5 s of a person's walk that end at the newest pose.
package struct GaitWindow: Sendable, Equatable {
    /// 75 frames at 30 Hz, in the coordinates of the source.
    package let gait: Gait
    /// The stamp of the first frame, seconds.
    package let start: Double
    /// The stamp of the last frame, which is that of the newest pose, seconds.
    package let end: Double
    /// The share of the frames, in 0...1, in which every joint was seen or interpolated over a short gap.
    package let coverage: Float

    package init(gait: Gait, start: Double, end: Double, coverage: Float) {
        self.gait = gait
        self.start = start
        self.end = end
        self.coverage = coverage
    }
}

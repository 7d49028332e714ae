/// The clock by which the robots stamp their frames.
struct RobotClock: Equatable {
    /// Seconds by which the clock is ahead of the wall clock at the start; negative: behind.
    var offset = 0.0
    /// How much faster than the wall clock it runs, in millionths; negative: slower.
    var drift = 0.0
    /// Whether frames are stamped at all.
    var isSent = true

    /// What the clock shows in a frame, seconds; nil where it is not sent. Clocks start at zero: what would
    /// be earlier is zero.
    ///
    /// - Parameters:
    ///   - start: The wall clock's time at the start.
    ///   - elapsed: Seconds since then.
    func stamp(start: Double, elapsed: Double) -> Double? {
        guard isSent else { return nil }
        return max(start + offset + elapsed * (1 + drift * 1e-6), 0)
    }
}

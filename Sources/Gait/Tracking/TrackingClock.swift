/// The time in which people move, of a source whose clock need not be right: the sum of the steps between
/// its stamps, or of those between arrivals where a stamp stands still, steps back or runs ahead.
struct TrackingClock {
    /// Seconds by which a step of the stamp may exceed that of the arrival before it is none of time.
    private static let slack = 1.0

    private var now = 0.0
    private var last: (stamp: Double, arrival: Double)?

    /// Takes in a frame.
    ///
    /// - Parameters:
    ///   - stamp: by the source's clock, seconds.
    ///   - arrival: seconds of a clock that does not jump.
    /// - Returns: seconds since the first frame.
    mutating func advance(stamp: Double, arrival: Double) -> Double {
        defer { last = (stamp, arrival) }
        guard let last else { return now }
        let passed = max(arrival - last.arrival, 0)
        let step = stamp - last.stamp
        now += step > 0 && step <= passed + Self.slack ? step : passed
        return now
    }
}

import Messaging

/// The time of a source's frames: their stamps, unless there are none or these are no seconds, such as
/// milliseconds or a zero that is never set; then the arrival.
struct FrameTime {
    /// Seconds of stamp per second of arrival that a clock, or a recording played fast, may run.
    static let fastest = 20.0
    /// Seconds that the stamp may run ahead at any one step, as after frames that arrive together.
    static let slack = 1.0
    /// Steps in a row that no clock makes, after which the stamps are not used. A clock that jumps makes one.
    static let badSteps = 5
    /// Good steps in a row after which they are used again.
    static let goodSteps = 60
    /// Seconds after which a stamp that does not change stands still: no window can be filled across longer gaps.
    static let standstill = 0.3
    /// Seconds that a stamp may step by while much less time passes: a counter of frames, or whole seconds, does.
    static let longestStep = 0.4

    /// Whether the frames' stamps are a time.
    private(set) var isUsable = true
    private var last: (stamp: Double, arrival: Double)?
    private var bad = 0
    private var good = 0
    /// When the stamp last changed.
    private var changed = 0.0
    /// The wall clock less the monotonic one, as it was when first needed.
    private var wallOffset: Double?

    /// The frame's time, for `SourceClock`.
    ///
    /// - Parameters:
    ///   - stamp: As sent, seconds; nil where the message has none.
    ///   - arrival: By both of our clocks.
    ///   - clock: What the source's stamps have shown so far, for a frame that lacks one.
    mutating func time(stamp: Double?, arrival: Arrival, clock: SourceClock) -> Double {
        guard let stamp else {
            // Among frames with stamps, one without has the time that its arrival tells.
            if last != nil, isUsable, let time = clock.stamp(at: arrival.monotonic) { return time }
            return wallTime(arrival)
        }
        judge(stamp, at: arrival.monotonic)
        return isUsable ? stamp : wallTime(arrival)
    }

    /// The arrival in seconds since the Unix epoch, by a clock that a small correction of the wall clock
    /// does not put back.
    private mutating func wallTime(_ arrival: Arrival) -> Double {
        let offset = arrival.wallClock - arrival.monotonic
        if let wallOffset, abs(offset - wallOffset) < SourceClock.jump {
            return arrival.monotonic + wallOffset
        }
        wallOffset = offset
        return arrival.wallClock
    }

    private mutating func judge(_ stamp: Double, at arrival: Double) {
        defer { last = (stamp, arrival) }
        guard let last else {
            changed = arrival
            return
        }
        let step = stamp - last.stamp
        if step == 0 {
            // Several messages of one moment are nothing to judge by.
            if arrival - changed >= Self.standstill { (isUsable, good) = (false, 0) }
            return
        }
        changed = arrival
        let passed = max(arrival - last.arrival, 0)
        let isCounter = step > Self.longestStep && step > 3 * passed
        if step > 0, step <= Self.fastest * passed + Self.slack, !isCounter {
            (bad, good) = (0, good + 1)
            if good >= Self.goodSteps { isUsable = true }
        } else {
            (bad, good) = (bad + 1, 0)
            if bad >= Self.badSteps { isUsable = false }
        }
    }
}

import Messaging

/// The moments at which frames are due: frame k at the start plus k / rate, so that no delay adds up.
struct FrameSchedule {
    /// The start by the monotonic clock, which paces, and by the wall clock, which stamps.
    let start: Arrival
    /// Frames per second.
    let rate: Double

    /// Seconds since the start at which a frame is due.
    func time(of frame: Int) -> Double { Double(frame) / rate }

    /// The wall clock's time when the frame is due, seconds since the Unix epoch, in whole microseconds: a decimal of
    /// 16 digits, which every reader takes for the same number.
    func stamp(of frame: Int) -> Double { stamp(at: time(of: frame)) }

    /// The stamp of a moment in seconds since the start.
    func stamp(at seconds: Double) -> Double { ((start.wallClock + seconds) * 1e6).rounded() / 1e6 }

    /// The newest frame that is due; negative before the start.
    func newest(at monotonicNow: Double) -> Int {
        Int(((monotonicNow - start.monotonic) * rate).rounded(.down))
    }

    /// Sleeps until the frame is due; false if Ctrl-C came first.
    func wait(for frame: Int) -> Bool { wait(until: time(of: frame)) }

    /// Sleeps until a moment in seconds since the start; false if Ctrl-C came first.
    func wait(until seconds: Double) -> Bool { Interruption.sleep(until: start.monotonic + seconds) }
}

/// When the messages of a recording are due.
struct ReplayPace {
    /// A message that is later than this many seconds holds up those after it, as a paused tape does.
    private static let tolerance = 1.0

    /// How many times as fast as recorded.
    let rate: Double
    /// Monotonic seconds at which the recording's time 0 was or would have been.
    private(set) var start: Double

    /// When a message is due, monotonic seconds.
    ///
    /// - Parameter time: seconds since the first message that is published.
    func due(_ time: Double) -> Double { start + time / rate }

    /// Moves all messages to come after the process has been away.
    mutating func catchUp(at time: Double, now: Double) {
        let late = now - due(time)
        if late > ReplayPace.tolerance { start += late }
    }
}

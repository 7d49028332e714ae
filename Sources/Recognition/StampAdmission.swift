/// Decides what time each frame of one source has, and whether the frame may be used. Every source goes through this:
/// skeletons, camera frames and recordings.
package struct StampAdmission: Sendable {
    /// What a frame's time means for its source.
    package enum Outcome: Sendable, Equatable {
        /// The frame is newer than all before it.
        case inOrder
        /// The frame has the newest frame's time: one of several messages of one moment, or a camera's frame sent twice.
        case repeated
        /// The frame is older than the newest by less than the jump limit.
        case late
        /// The source's clock jumped: nothing that was buffered relates to this frame.
        case jumped
    }

    private var frameTime = FrameTime()
    private var clock = SourceClock()

    package init() {}

    /// Whether the frames' stamps are used. If not, their arrivals are.
    package var usesStamps: Bool { frameTime.isUsable }

    /// Takes in the source's next frame.
    ///
    /// - Parameters:
    ///   - stamp: As sent, in seconds; nil if the frame has none.
    ///   - arrival: Seconds of a clock that does not jump.
    ///   - wallClock: The same moment in seconds since the Unix epoch.
    /// - Returns: The frame's time in seconds, in the source's own time, and what it means.
    package mutating func admit(
        stamp: Double?, arrival: Double, wallClock: Double
    ) -> (time: Double, outcome: Outcome) {
        let time = frameTime.time(stamp: stamp, arrival: arrival, wallClock: wallClock, clock: clock)
        return (time, clock.read(stamp: time, arrival: arrival))
    }
}

/// The time of a source's frames: their stamps. If there are none, or they are not seconds (milliseconds, or a
/// constant zero), the time is that of the arrival.
struct FrameTime: Sendable {
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
    /// The wall clock minus the monotonic one, as it was when first needed.
    private var wallOffset: Double?

    /// The frame's time, for `SourceClock`.
    ///
    /// - Parameters:
    ///   - stamp: As sent, in seconds; nil if the message has none.
    ///   - arrival: Seconds of a clock that does not jump.
    ///   - wallClock: The arrival in seconds since the Unix epoch.
    ///   - clock: What the source's stamps have shown so far, for a frame that lacks one.
    mutating func time(stamp: Double?, arrival: Double, wallClock: Double, clock: SourceClock) -> Double {
        guard let stamp else {
            // Among frames with stamps, a frame without one has the time that its arrival implies.
            if last != nil, isUsable, let time = clock.stamp(at: arrival) { return time }
            return wallTime(arrival, wallClock)
        }
        judge(stamp, at: arrival)
        return isUsable ? stamp : wallTime(arrival, wallClock)
    }

    /// The arrival in seconds since the Unix epoch, by a clock that a small correction of the wall clock
    /// does not put back.
    private mutating func wallTime(_ arrival: Double, _ wallClock: Double) -> Double {
        let offset = wallClock - arrival
        if let wallOffset, abs(offset - wallOffset) < SourceClock.jump { return arrival + wallOffset }
        wallOffset = offset
        return wallClock
    }

    private mutating func judge(_ stamp: Double, at arrival: Double) {
        defer { last = (stamp, arrival) }
        guard let last else {
            changed = arrival
            return
        }
        let step = stamp - last.stamp
        if step == 0 {
            // Several messages of one moment prove nothing.
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

/// One source's clock against ours. Robot clocks are not trusted: this estimates the offset from a frame's stamp to its
/// arrival, and tells a jump of the clock from frames that are merely late.
struct SourceClock: Sendable {
    /// Seconds out of order from which a stamp is a jump of the clock instead of a late frame.
    static let jump = 5.0
    /// Seconds of nothing but late frames after which the clock was put back: no network delays every frame for as
    /// long. A recording of less than `jump` seconds that is played in a loop is one example.
    static let patience = 1.0
    /// Seconds over which the fastest frame is searched; the offset comes from one or two such spans. A clock that
    /// runs slow, or a recording that is paused or played slowly, moves the offset that soon.
    static let span = 10.0

    /// The newest stamp seen, in the source's time.
    private(set) var newest: Double?
    /// Arrival minus stamp of the fastest of the latest frames, in seconds.
    var offset: Double { min(current, previous) }

    private var current = Double.infinity
    private var previous = Double.infinity
    private var spanStart = 0.0
    private var lateSince: Double?

    /// Takes in a frame.
    ///
    /// - Parameters:
    ///   - stamp: The source's own time of the frame, in seconds.
    ///   - arrival: When it arrived, in seconds of a clock that does not jump.
    mutating func read(stamp: Double, arrival: Double) -> StampAdmission.Outcome {
        guard let newest else {
            restart(stamp: stamp, arrival: arrival)
            return .inOrder
        }
        // Later than the old offset allows: the clock was put forward.
        let ahead = stamp + offset - arrival
        if newest - stamp >= Self.jump || ahead >= Self.jump || isPutBack(stamp < newest, arrival: arrival) {
            restart(stamp: stamp, arrival: arrival)
            return .jumped
        }
        guard stamp >= newest else { return .late }
        note(offset: arrival - stamp, arrival: arrival)
        self.newest = stamp
        return stamp == newest ? .repeated : .inOrder
    }

    /// The source's time at an arrival, by the offset and not before the newest frame; nil before any frame.
    func stamp(at arrival: Double) -> Double? {
        newest.map { max($0, arrival - offset) }
    }

    /// Whether nothing but late frames has come for `patience` seconds.
    private mutating func isPutBack(_ isLate: Bool, arrival: Double) -> Bool {
        guard isLate else {
            lateSince = nil
            return false
        }
        let since = lateSince ?? arrival
        lateSince = since
        return arrival - since >= Self.patience
    }

    private mutating func note(offset: Double, arrival: Double) {
        if arrival - spanStart >= Self.span {
            previous = current
            current = offset
            spanStart = arrival
        } else {
            current = min(current, offset)
        }
    }

    private mutating func restart(stamp: Double, arrival: Double) {
        newest = stamp
        current = arrival - stamp
        previous = .infinity
        spanStart = arrival
        lateSince = nil
    }
}

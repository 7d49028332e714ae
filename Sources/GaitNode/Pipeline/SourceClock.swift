/// One source's clock against ours. Robot clocks are not trusted: the offset from a frame's stamp to its
/// arrival is estimated, and a jump of the clock is told from frames that are merely late.
struct SourceClock {
    /// What a frame's stamp means for its source.
    enum Reading: Equatable {
        /// The frame is as new as the newest or newer.
        case inOrder(stamp: Double)
        /// The frame is older than the newest by less than the jump limit.
        case late
        /// The clock jumped either way: what was buffered has no relation to this frame.
        case jumped(stamp: Double)
    }

    /// Seconds out of order from which a stamp is a jump of the clock instead of a late frame.
    static let jump = 5.0
    /// Seconds of late frames alone, after which it is the clock that was put back: no network holds up
    /// every frame for as long. A recording of less than `jump` seconds that is played in a loop is one.
    static let patience = 1.0
    /// Seconds over which the fastest frame is looked for; the offset is that of one or two such spans. A
    /// clock that runs slow or a recording that is paused, or played slowly, moves it that soon.
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
    mutating func read(stamp: Double, arrival: Double) -> Reading {
        guard let newest else {
            restart(stamp: stamp, arrival: arrival)
            return .inOrder(stamp: stamp)
        }
        // Later than it can have been sent by the old offset: the clock was put forward.
        let ahead = stamp + offset - arrival
        if newest - stamp >= Self.jump || ahead >= Self.jump || isPutBack(stamp < newest, arrival: arrival) {
            restart(stamp: stamp, arrival: arrival)
            return .jumped(stamp: stamp)
        }
        guard stamp >= newest else { return .late }
        note(offset: arrival - stamp, arrival: arrival)
        self.newest = stamp
        return .inOrder(stamp: stamp)
    }

    /// The source's time at an arrival, by the offset and not before the newest frame; nil before any frame.
    func stamp(at arrival: Double) -> Double? {
        newest.map { max($0, arrival - offset) }
    }

    /// Whether nothing but late frames has come for longer than is patience.
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

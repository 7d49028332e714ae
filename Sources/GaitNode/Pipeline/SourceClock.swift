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
    /// Seconds by which the offset may grow per second, well above the drift of quartz clocks (1e-4). Lets a
    /// clock that runs slow, or a network that became slower for good, pull the running minimum up again.
    static let drift = 1e-3

    /// The newest stamp seen, in the source's time.
    private(set) var newest: Double?
    /// Arrival minus stamp of the fastest frame, in seconds.
    private(set) var offset = 0.0
    private var lastArrival = 0.0

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
        offset = min(offset + Self.drift * max(arrival - lastArrival, 0), offset + Self.jump)
        lastArrival = arrival
        // Later than it can have been sent by the old offset: the clock was put forward.
        let ahead = stamp + offset - arrival
        if newest - stamp >= Self.jump || ahead >= Self.jump {
            restart(stamp: stamp, arrival: arrival)
            return .jumped(stamp: stamp)
        }
        guard stamp >= newest else { return .late }
        offset = min(offset, arrival - stamp)
        self.newest = stamp
        return .inOrder(stamp: stamp)
    }

    private mutating func restart(stamp: Double, arrival: Double) {
        newest = stamp
        offset = arrival - stamp
        lastArrival = arrival
    }
}

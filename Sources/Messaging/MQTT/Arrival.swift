import Glibc

/// The moment at which a message arrived, by two clocks.
package struct Arrival: Sendable, Equatable {
    /// Seconds since the Unix epoch (CLOCK_REALTIME): to compare with stamps; may be stepped by NTP.
    package var wallClock: Double
    /// Seconds of CLOCK_MONOTONIC: to measure latency and ages.
    package var monotonic: Double

    package init(wallClock: Double, monotonic: Double) {
        self.wallClock = wallClock
        self.monotonic = monotonic
    }

    /// This moment.
    package static func now() -> Arrival {
        Arrival(wallClock: wallClockSeconds(), monotonic: monotonicSeconds())
    }

    /// Seconds since the Unix epoch.
    package static func wallClockSeconds() -> Double {
        seconds(of: CLOCK_REALTIME)
    }

    /// Seconds of CLOCK_MONOTONIC, the clock of every deadline in this module.
    package static func monotonicSeconds() -> Double {
        seconds(of: CLOCK_MONOTONIC)
    }

    private static func seconds(of clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}

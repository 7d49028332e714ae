import Foundation
import Messaging

/// When the messages of a recording are due.
struct ReplayPace {
    /// A message that is this many seconds late holds up those after it, as a paused tape does.
    private static let tolerance = 1.0
    /// The longest sleep at a time, so that Ctrl-C is seen soon.
    private static let nap = 0.1

    /// How many times as fast as recorded; nil: as fast as the broker takes it.
    let rate: Double?
    /// Monotonic seconds at which the recording's time 0 was or would have been.
    private var start: Double

    init(rate: Double?, now: Double) {
        self.rate = rate
        start = now
    }

    /// Seconds until a message is due, negative where it is late.
    ///
    /// - Parameter time: seconds since the first message that is published.
    func wait(for time: Double, now: Double) -> Double {
        guard let rate else { return 0 }
        return start + time / rate - now
    }

    /// Moves everything that is still to come where the process has been away.
    mutating func catchUp(at time: Double, now: Double) {
        let late = -wait(for: time, now: now)
        if late > ReplayPace.tolerance { start += late }
    }

    /// Sleeps until a message is due; false where Ctrl-C came first.
    ///
    /// - Parameter onNap: called before each sleep with the seconds that are left.
    mutating func sleep(until time: Double, onNap: (Double) -> Void) -> Bool {
        while !Interruption.isRequested {
            let left = wait(for: time, now: Arrival.monotonicSeconds())
            guard left > 0 else {
                catchUp(at: time, now: Arrival.monotonicSeconds())
                return true
            }
            onNap(left)
            Thread.sleep(forTimeInterval: min(left, ReplayPace.nap))
        }
        return false
    }
}

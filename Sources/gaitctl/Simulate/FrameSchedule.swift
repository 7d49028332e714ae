import Foundation
import Messaging

/// The moments at which frames are due: frame k at the start plus k / rate, so that no delay adds up.
struct FrameSchedule {
    /// The longest sleep at a time, so that Ctrl-C is seen soon.
    private static let nap = 0.1

    /// The start by the monotonic clock, which paces, and by the wall clock, which stamps.
    let start: Arrival
    /// Frames per second.
    let rate: Double

    /// Seconds since the start at which a frame is due.
    func time(of frame: Int) -> Double {
        Double(frame) / rate
    }

    /// The wall clock's time when the frame is due, seconds since the Unix epoch.
    func stamp(of frame: Int) -> Double {
        start.wallClock + time(of: frame)
    }

    /// The newest frame that is due; negative before the start.
    func newest(at monotonicNow: Double) -> Int {
        Int(((monotonicNow - start.monotonic) * rate).rounded(.down))
    }

    /// Sleeps until the frame is due; false where Ctrl-C came first.
    func wait(for frame: Int) -> Bool {
        let due = start.monotonic + time(of: frame)
        while !Interruption.isRequested {
            let remaining = due - Arrival.monotonicSeconds()
            guard remaining > 0 else { return true }
            Thread.sleep(forTimeInterval: min(remaining, FrameSchedule.nap))
        }
        return false
    }
}

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

    /// The wall clock's time when the frame is due, seconds since the Unix epoch, in whole microseconds: a decimal of 16 digits, which
    /// every reader takes for the same number.
    func stamp(of frame: Int) -> Double { stamp(at: time(of: frame)) }

    /// The stamp of a moment in seconds since the start.
    func stamp(at seconds: Double) -> Double {
        ((start.wallClock + seconds) * 1e6).rounded() / 1e6
    }

    /// The newest frame that is due; negative before the start.
    func newest(at monotonicNow: Double) -> Int {
        Int(((monotonicNow - start.monotonic) * rate).rounded(.down))
    }

    /// Sleeps until the frame is due; false where Ctrl-C came first.
    func wait(for frame: Int) -> Bool { wait(until: time(of: frame)) }

    /// Sleeps until a moment in seconds since the start; false where Ctrl-C came first.
    func wait(until seconds: Double) -> Bool {
        let due = start.monotonic + seconds
        while !Interruption.isRequested {
            let remaining = due - Arrival.monotonicSeconds()
            guard remaining > 0 else { return true }
            Thread.sleep(forTimeInterval: min(remaining, FrameSchedule.nap))
        }
        return false
    }
}

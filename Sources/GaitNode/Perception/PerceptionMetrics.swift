import Messaging
import Perception
import Synchronization

/// What the node publishes about cameras: in `info` whether it processes their frames, in `health` what the perception
/// thread measures. For any thread.
final class PerceptionMetrics: Sendable {
    private struct State {
        var control = LoadController()
        var latency = StageLatencies("decode", "detect", "landmarks", "total")
        var frames = 0
        var framesAtReport = 0
        var lastFrame: Double?
    }

    private let state = Mutex(State())
    let information: InfoMessage.Perception
    private let fixedState: HealthMessage.Perception.State?
    private let frames: FrameMailbox?

    /// - Parameters:
    ///   - fixedState: `off` or `unavailable`; nil if frames are taken.
    ///   - information: For `info`.
    ///   - frames: Nil if no frames are taken.
    init(
        fixedState: HealthMessage.Perception.State? = nil,
        information: InfoMessage.Perception = InfoMessage.Perception(available: true),
        frames: FrameMailbox? = nil
    ) {
        (self.fixedState, self.information, self.frames) = (fixedState, information, frames)
    }

    /// Notes a frame that was read or refused.
    ///
    /// - Parameters:
    ///   - durations: What its stages took, seconds, and `total` from its arrival to its people's poses. Without
    ///     `decode` the frame was refused; 0 for a stage that it did not need.
    ///   - control: Its state after the frame.
    ///   - now: Monotonic seconds.
    func note(_ durations: [String: Double], control: LoadController, at now: Double) {
        state.withLock { state in
            (state.control, state.lastFrame) = (control, now)
            guard durations["decode", default: 0] > 0 else { return }
            for (stage, seconds) in durations where seconds > 0 || stage == "total" {
                state.latency.record(stage, seconds: seconds)
            }
            state.frames += 1
        }
    }

    /// The section of `health`, and the start of a new interval.
    ///
    /// - Parameters:
    ///   - elapsed: Seconds since the last report.
    ///   - now: Monotonic seconds.
    ///   - sources: Gets the counters of cameras, beside those of skeletons.
    func report(
        elapsed: Double, now: Double, into sources: inout [String: HealthMessage.Source]
    ) -> HealthMessage.Perception {
        var dropped: [String: Int] = [:]
        for (label, camera) in frames?.report(elapsed: elapsed, now: now) ?? [:] {
            dropped.merge(camera.dropped, uniquingKeysWith: +)
            sources[label, default: HealthMessage.Source()].add(camera)
        }
        return report(elapsed: elapsed, now: now, dropped: dropped)
    }

    /// - Parameter dropped: Of all cameras, by reason.
    func report(elapsed: Double, now: Double, dropped: [String: Int]) -> HealthMessage.Perception {
        if let fixedState { return HealthMessage.Perception(state: fixedState) }
        return state.withLock { state in
            let control = state.control
            var report = HealthMessage.Perception(
                state: control.isOverloaded ? .overloaded : control.level > 0 ? .reduced : .full)
            report.busy = control.share
            if state.lastFrame.map({ now - $0 >= LoadController.idle }) ?? true {
                (report.state, report.busy) = (.idle, 0)
            }
            report.effort = control.level
            report.detectorInterval = control.effort.detectorInterval
            report.landmarkInterval = control.effort.landmarkInterval
            report.rate = elapsed > 0 ? Double(state.frames - state.framesAtReport) / elapsed : 0
            (report.framesIn, report.dropped) = (state.frames, dropped)
            report.latency = state.latency.report()
            state.framesAtReport = state.frames
            return report
        }
    }
}

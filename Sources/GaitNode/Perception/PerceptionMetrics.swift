import Messaging
import Perception
import Synchronization

/// What the perception thread measures of itself, for `health`. For any thread.
final class PerceptionMetrics: Sendable {
    private struct State {
        var control = LoadController()
        var decoding = LatencyHistogram()
        var detection = LatencyHistogram()
        var landmarks = LatencyHistogram()
        var total = LatencyHistogram()
        var frames = 0
        var framesAtReport = 0
        var lastFrame: Double?
    }

    private let state = Mutex(State())
    /// The state if no frames are taken; nil if they are.
    let fixedState: HealthMessage.Perception.State?

    /// - Parameter fixedState: `off` or `unavailable`; nil if frames are taken.
    init(fixedState: HealthMessage.Perception.State? = nil) {
        self.fixedState = fixedState
    }

    /// Notes a frame that was read or refused.
    ///
    /// - Parameters:
    ///   - frame: What its stages took. A decoding time of zero means that the frame was refused.
    ///   - control: Its state after the frame.
    ///   - now: Monotonic seconds.
    func note(_ frame: FrameDurations, control: LoadController, at now: Double) {
        state.withLock { state in
            (state.control, state.lastFrame) = (control, now)
            guard frame.decoding > 0 else { return }
            state.decoding.record(seconds: frame.decoding)
            if frame.detection > 0 { state.detection.record(seconds: frame.detection) }
            if frame.landmarks > 0 { state.landmarks.record(seconds: frame.landmarks) }
            state.total.record(seconds: frame.total)
            state.frames += 1
        }
    }

    /// The section of `health`, and the start of a new interval.
    ///
    /// - Parameters:
    ///   - elapsed: Seconds since the last report.
    ///   - now: Monotonic seconds.
    ///   - dropped: Of all cameras, by reason.
    func report(elapsed: Double, now: Double, dropped: [String: Int]) -> HealthMessage.Perception {
        if let fixedState { return HealthMessage.Perception(state: fixedState) }
        return state.withLock { state in
            let isIdle = state.lastFrame.map { now - $0 >= LoadController.idle } ?? true
            let effort = state.control.effort
            let report = HealthMessage.Perception(
                state: isIdle
                    ? .idle
                    : state.control.isOverloaded ? .overloaded : state.control.level > 0 ? .reduced : .full,
                effort: state.control.level, detectorInterval: effort.detectorInterval,
                landmarkInterval: effort.landmarkInterval,
                rate: elapsed > 0 ? Double(state.frames - state.framesAtReport) / elapsed : 0,
                busy: isIdle ? 0 : state.control.share, framesIn: state.frames, dropped: dropped,
                latency: [
                    "decode": HealthMessage.Latency(state.decoding),
                    "detect": HealthMessage.Latency(state.detection),
                    "landmarks": HealthMessage.Latency(state.landmarks),
                    "total": HealthMessage.Latency(state.total),
                ])
            state.framesAtReport = state.frames
            state.decoding.startInterval()
            state.detection.startInterval()
            state.landmarks.startInterval()
            state.total.startInterval()
            return report
        }
    }
}

/// What the stages of one frame took, seconds; 0 for a stage that it did not need.
struct FrameDurations {
    var decoding = 0.0
    var detection = 0.0
    var landmarks = 0.0
    /// From the frame's arrival to its people's poses.
    var total = 0.0
}

extension HealthMessage.Latency {
    /// The percentiles of a histogram.
    init(_ histogram: LatencyHistogram) {
        let percentiles = histogram.percentiles
        self.init(p50: percentiles?.p50, p95: percentiles?.p95, p99: percentiles?.p99)
    }
}

/// What the node publishes about cameras: in `info` whether it processes their frames, in `health` the results.
struct CameraMetrics: Sendable {
    let information: InfoMessage.Perception
    let perception: PerceptionMetrics
    /// Nil if no frames are taken.
    let frames: FrameMailbox?

    /// The section of `health`, and the start of a new interval.
    ///
    /// - Parameters:
    ///   - elapsed: Seconds since the last report.
    ///   - now: Monotonic seconds.
    ///   - sources: Gets the counters of cameras, beside those of skeletons.
    func report(
        elapsed: Double, now: Double, into sources: inout [String: HealthMessage.Source]
    ) -> HealthMessage.Perception {
        let cameras = frames?.report(elapsed: elapsed, now: now) ?? [:]
        var dropped: [String: Int] = [:]
        for (label, camera) in cameras {
            dropped.merge(camera.dropped, uniquingKeysWith: +)
            sources[label, default: HealthMessage.Source()].add(camera)
        }
        return perception.report(elapsed: elapsed, now: now, dropped: dropped)
    }
}

import Messaging

/// What is told of cameras: in `info` whether their frames are taken, in `health` what became of them.
struct CameraMetrics: Sendable {
    let information: InfoMessage.Perception
    let perception: PerceptionMetrics
    /// Nil where no frames are taken.
    let frames: FrameTable?

    /// The section of `health`, and the start of a new interval.
    ///
    /// - Parameters:
    ///   - elapsed: Seconds since the last report.
    ///   - now: Monotonic seconds.
    ///   - sources: The figures of skeletons' sources, to which those of cameras are added.
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

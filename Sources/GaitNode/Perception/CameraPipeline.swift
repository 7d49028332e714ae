package import Perception
package import Recognition

/// One camera: from its JPEG frames to the people in them. The daemon, `annotate`, `evaluate camera` and the camera
/// benchmark all use it.
package final class CameraPipeline {
    /// The people in a frame.
    package struct Found {
        /// The frame's time, in the camera's own.
        package let time: Double
        package let bodies: [TrackedBody]
        /// Whether the tracker's numbers begin again with this frame.
        package let beginsAgain: Bool

        /// The bodies as a recognizer takes them.
        package var sourceBodies: [SourceBody] {
            bodies.map { SourceBody(identifier: .numbered($0.number), pose: $0.pose) }
        }
    }

    /// The tracker, which measures what its stages took for the last frame.
    package let tracker: CameraTracker
    private var admission = StampAdmission()
    /// Whether no frame was used yet.
    private var isNew = true

    package init(
        detector: PoseDetector, landmarker: PoseLandmarker, limits: TrackingLimits = TrackingLimits()
    ) {
        tracker = CameraTracker(detector: detector, landmarker: landmarker, limits: limits)
    }

    /// Checks the frame's header, admits its stamp, decodes it, and tracks the people in it.
    ///
    /// - Parameters:
    ///   - stamp: The moment of acquisition by the camera's clock, seconds; nil if there is none.
    ///   - arrival: Seconds of a clock that does not jump.
    ///   - wallClock: The arrival in seconds since the Unix epoch.
    ///   - image: Receives the pixels, so that several cameras can share memory.
    ///   - effort: The effort for the frame.
    /// - Returns: The people; nil for a frame that is late or came twice. And what is to be counted.
    /// - Throws: `PerceptionError.frame` for a frame that cannot be used; other cases if a network fails.
    package func process(
        _ jpeg: [UInt8], stamp: Double?, arrival: Double, wallClock: Double, by decoder: JPEGDecoder,
        into image: inout CameraImage, effort: TrackingEffort = .full
    ) throws(PerceptionError) -> (found: Found?, dropped: [DropReason]) {
        let header = try decoder.header(of: jpeg.span)
        let (time, outcome) = admission.admit(stamp: stamp, arrival: arrival, wallClock: wallClock)
        var dropped: [DropReason] = stamp != nil && !admission.usesStamps ? [.unusableStamp] : []
        switch outcome {
        case .inOrder: break
        case .repeated: return (nil, dropped + [.duplicate])
        case .late: return (nil, dropped + [.late])
        case .jumped: dropped.append(.clockReset)
        }
        let bodies = try tracker.process(
            jpeg.span, header: header, by: decoder, into: &image, at: time, effort: effort)
        defer { isNew = false }
        return (Found(time: time, bodies: bodies, beginsAgain: isNew || tracker.startedOver), dropped)
    }
}

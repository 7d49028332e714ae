import Logging
import Messaging
import Perception

/// From cameras' frames to the poses of the people in them, on one thread of its own: decode, follow, hand on to the
/// pipeline. Lowers its own effort before it falls behind.
final class FrameReader {
    /// The longest sleep in seconds.
    private static let longestSleep = 1.0

    /// What is kept of one camera.
    private final class Camera {
        var frameTime = FrameTime()
        var clock = SourceClock()
        let tracker: CameraTracker
        var newestStamp: Double?
        /// Whether nothing of it was handed on yet.
        var isNew = true

        init(_ tracker: CameraTracker) { self.tracker = tracker }
    }

    private let frames: FrameTable
    private let figures: PerceptionMetrics
    private let detector: PoseDetector
    private let landmarker: PoseLandmarker
    private let limits: TrackingLimits
    private let pauses: SharedOptOuts
    private let handOn: @Sendable (CameraPoses) -> Void
    private let decoder = JPEGDecoder(limits: PerceptionLimits.jpeg)
    private var cameras: [String: Camera] = [:]
    private var control = LoadController()
    private var log: RepeatedLog
    /// The pixels of the frame that is looked at; reused, and never written anywhere.
    private var image = CameraImage()

    /// - Parameters:
    ///   - frames: What waits; closing it ends the reader.
    ///   - figures: What is measured is noted there.
    ///   - pauses: Whose frames are not looked at.
    ///   - handOn: Takes the people of each frame.
    init(
        frames: FrameTable, figures: PerceptionMetrics, detector: PoseDetector, landmarker: PoseLandmarker,
        configuration: NodeConfiguration.Perception, pauses: SharedOptOuts, logger: Logger,
        handOn: @escaping @Sendable (CameraPoses) -> Void
    ) {
        (self.frames, self.figures, self.detector, self.landmarker) = (frames, figures, detector, landmarker)
        limits = TrackingLimits(maximumPeople: configuration.maximumPeople)
        (self.pauses, self.handOn) = (pauses, handOn)
        log = RepeatedLog(logger: logger)
    }

    /// Looks at frames until the table is closed.
    func run() {
        while !frames.isClosed {
            guard let frame = frames.next(until: Arrival.monotonicSeconds() + Self.longestSleep) else {
                continue
            }
            look(at: frame)
        }
    }

    private func look(at frame: WaitingFrame) {
        let topic = frame.message.topic
        guard !pauses.pauses.cover(robot: frame.source.robot) else {
            return frames.countDropped("paused", of: topic)
        }
        let start = Arrival.monotonicSeconds()
        let camera = camera(of: topic)
        var durations = FrameDurations()
        do throws(PerceptionError) {
            let bytes = frame.message.payload.span
            let header = try decoder.header(of: bytes)
            guard let stamp = admit(frame, to: camera) else { return }
            let tracker = camera.tracker
            let bodies = try tracker.process(
                bytes, header: header, by: decoder, into: &image, at: stamp, effort: control.effort)
            durations.decoding = tracker.decodingSeconds
            (durations.detection, durations.landmarks) = (tracker.detectionSeconds, tracker.landmarkSeconds)
            frames.countAccepted(of: topic)
            hand(bodies, of: frame, stamp: stamp, from: camera)
        } catch {
            refuse(frame, error)
        }
        let end = Arrival.monotonicSeconds()
        durations.total = end - frame.arrival.monotonic
        control.note(work: end - start, at: end)
        figures.note(durations, control: control, at: end)
    }

    private func hand(
        _ bodies: [TrackedBody], of frame: WaitingFrame, stamp: Double, from camera: Camera
    ) {
        handOn(
            CameraPoses(
                topic: frame.message.topic, source: frame.source, stamp: stamp,
                arrival: frame.arrival.monotonic, frameIdentifier: frame.frameIdentifier,
                beginsAnew: camera.isNew || camera.tracker.startedOver,
                bodies: bodies.map { CameraPoses.Body(number: $0.number, pose: $0.pose) }))
        camera.isNew = false
    }

    private func refuse(_ frame: WaitingFrame, _ error: PerceptionError) {
        let label = "\(frame.source.robot)/\(frame.source.name)"
        let reason = if case .frame(let fault, _, _) = error { fault.rawValue } else { "unreadable" }
        frames.countRejected(reason, of: frame.message.topic)
        log.warning(reason, at: frame.arrival.monotonic) { "\(label): \(error)" }
    }

    /// The camera of a topic; those whose place was given to others are forgotten when a new one comes.
    private func camera(of topic: String) -> Camera {
        if let camera = cameras[topic] { return camera }
        cameras = cameras.filter { frames.contains(topic: $0.key) }
        let camera = Camera(CameraTracker(detector: detector, landmarker: landmarker, limits: limits))
        cameras[topic] = camera
        return camera
    }

    /// Holds a frame's stamp against its camera's clock.
    ///
    /// - Returns: the frame's time; nil for a frame that is late or there twice, which is counted.
    private func admit(_ frame: WaitingFrame, to camera: Camera) -> Double? {
        let topic = frame.message.topic
        let time = camera.frameTime.time(stamp: frame.stamp, arrival: frame.arrival, clock: camera.clock)
        if frame.stamp != nil, !camera.frameTime.isUsable { frames.countDropped("unusable_stamp", of: topic) }
        switch camera.clock.read(stamp: time, arrival: frame.arrival.monotonic) {
        case .late:
            frames.countDropped("late", of: topic)
            return nil
        case .jumped(let stamp):
            frames.countDropped("clock_reset", of: topic)
            camera.newestStamp = stamp
            return stamp
        case .inOrder(let stamp):
            if let newest = camera.newestStamp, stamp <= newest {
                frames.countDropped("duplicate", of: topic)
                return nil
            }
            camera.newestStamp = stamp
            return stamp
        }
    }
}

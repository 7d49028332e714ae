import Logging
import Messaging
import Perception
import Recognition

/// From camera frames to the poses of the people in them, on its own thread: admits, decodes, tracks, and passes on
/// to the pipeline. Reduces its effort per frame before it falls behind.
final class FrameReader {
    /// The longest sleep in seconds.
    private static let longestSleep = 1.0

    private let frames: FrameMailbox
    private let metrics: PerceptionMetrics
    private let networks: (detector: PoseDetector, landmarker: PoseLandmarker)
    private let limits: TrackingLimits
    private let pauses: SharedOptOuts
    private let handOn: @Sendable (CameraPoses) -> Void
    private let decoder = JPEGDecoder(limits: PerceptionLimits.jpeg)
    private var cameras: [String: CameraPipeline] = [:]
    private var control = LoadController()
    private var log: RepeatedLog
    /// The pixels of the current frame; reused, and never written anywhere.
    private var image = CameraImage()

    /// - Parameters:
    ///   - frames: Frames that wait; closing it ends the reader.
    ///   - metrics: Gets what is measured.
    ///   - pauses: Whose frames are not read.
    ///   - handOn: Receives the people of each frame.
    init(
        frames: FrameMailbox, metrics: PerceptionMetrics, detector: PoseDetector,
        landmarker: PoseLandmarker, configuration: NodeConfiguration.Perception, pauses: SharedOptOuts,
        logger: Logger, handOn: @escaping @Sendable (CameraPoses) -> Void
    ) {
        (self.frames, self.metrics, networks) = (frames, metrics, (detector, landmarker))
        limits = TrackingLimits(maximumPeople: configuration.maximumPeople)
        (self.pauses, self.handOn) = (pauses, handOn)
        log = RepeatedLog(logger: logger)
    }

    /// Reads frames until the mailbox is closed.
    func run() {
        while !frames.isClosed {
            guard let frame = frames.next(until: Arrival.monotonicSeconds() + Self.longestSleep) else {
                continue
            }
            read(frame)
        }
    }

    private func read(_ frame: FrameMailbox.Frame) {
        let topic = frame.message.topic
        guard !pauses.pauses.cover(robot: frame.source.robot) else {
            return frames.countDropped(DropReason.paused.rawValue, of: topic)
        }
        let start = Arrival.monotonicSeconds()
        let camera = camera(of: topic)
        var durations = FrameDurations()
        do throws(PerceptionError) {
            let result = try camera.process(
                frame.message.payload, stamp: frame.stamp, arrival: frame.arrival.monotonic,
                wallClock: frame.arrival.wallClock, by: decoder, into: &image, effort: control.effort)
            for reason in result.dropped { frames.countDropped(reason.rawValue, of: topic) }
            guard let found = result.found else { return }
            let tracker = camera.tracker
            durations.decoding = tracker.decodingSeconds
            (durations.detection, durations.landmarks) = (tracker.detectionSeconds, tracker.landmarkSeconds)
            frames.countAccepted(of: topic)
            handOn(
                CameraPoses(
                    topic: topic, source: frame.source, time: found.time, arrival: frame.arrival.monotonic,
                    frameIdentifier: frame.frameIdentifier, beginsAgain: found.beginsAgain,
                    bodies: found.sourceBodies))
        } catch {
            refuse(frame, error)
        }
        let end = Arrival.monotonicSeconds()
        durations.total = end - frame.arrival.monotonic
        control.note(work: end - start, at: end)
        metrics.note(durations, control: control, at: end)
    }

    private func refuse(_ frame: FrameMailbox.Frame, _ error: PerceptionError) {
        let label = "\(frame.source.robot)/\(frame.source.name)"
        let reason = if case .frame(let fault, _, _) = error { fault.rawValue } else { "unreadable" }
        frames.countRejected(reason, of: frame.message.topic)
        log.warning(reason, at: frame.arrival.monotonic) { "\(label): \(error)" }
    }

    /// The camera of a topic. Cameras that have lost their place are forgotten when a new one comes.
    private func camera(of topic: String) -> CameraPipeline {
        if let camera = cameras[topic] { return camera }
        cameras = cameras.filter { frames.contains(topic: $0.key) }
        let camera = CameraPipeline(
            detector: networks.detector, landmarker: networks.landmarker, limits: limits)
        cameras[topic] = camera
        return camera
    }
}

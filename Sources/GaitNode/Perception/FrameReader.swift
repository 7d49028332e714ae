import Gait
import Logging
import Messaging
package import Perception
package import Recognition
import Synchronization

/// The newest frame of each camera on its way to the perception thread: a newer frame replaces one that was not
/// processed yet. The network thread adds frames, the perception thread takes them, and the pipeline's thread reads
/// the counters.
final class FrameMailbox: Sendable {
    /// One camera's newest frame.
    struct Frame: Sendable {
        /// JPEG bytes, topic, user properties and arrival.
        let message: MQTTMessage
        let source: SkeletonSource
        let arrival: Arrival

        /// The moment of acquisition that the sender names, seconds; nil unless it is a number.
        var stamp: Double? {
            message.userProperty("stamp").flatMap(Double.init).flatMap { $0.isFinite ? $0 : nil }
        }

        /// The sender's name of the camera's frame of reference; nil if it is missing or invalid.
        var frameIdentifier: String? {
            message.userProperty("frame_id").flatMap {
                $0.utf8.count <= PerceptionLimits.frameIdentifierBytes ? $0 : nil
            }
        }
    }

    private struct Slot {
        var waiting: Frame?
        /// The number of frames taken out in all when one of this camera was, last.
        var served = 0
    }

    private struct State {
        var cameras = SourceRegistry<Slot>(limit: PerceptionLimits.cameras)
        var served = 0
        /// The same by robot, of those with a camera: kept when a camera loses its place, so that a robot with ever new
        /// cameras gets no further turns.
        var robots: [String: Int] = [:]
        var isClosed = false
    }

    private let state = Mutex(State())
    private let signal: WakeSignal
    private let topics: Topics
    private let maximumBytes: Int

    /// - Parameter maximumBytes: Larger frames are refused.
    /// - Throws: `MessagingError.system` if the process has no file descriptors left.
    init(topics: Topics, maximumBytes: Int) throws(MessagingError) {
        signal = try WakeSignal()
        (self.topics, self.maximumBytes) = (topics, maximumBytes)
    }

    // MARK: The network thread

    /// Takes a message that is a frame.
    ///
    /// - Parameter oversizedBytes: The size of a payload that was too large to pass on.
    /// - Returns: Whether it was a frame.
    func take(_ message: MQTTMessage, oversizedBytes: Int? = nil) -> Bool {
        // Asked first, since it costs nothing for the many messages that are not frames.
        guard message.topic.hasSuffix("/frame") else { return false }
        let isKnown = state.withLock { $0.cameras.entries[message.topic] != nil }
        guard isKnown || topics.isFrame(message.topic) else { return false }
        let arrival = message.arrival ?? Arrival.now()
        if message.retained {
            state.withLock {
                $0.cameras.countRetained(
                    message.topic, as: topics.parseFrame, at: arrival.monotonic, state: { _ in Slot() })
            }
            return true
        }
        let isTooLarge = (oversizedBytes ?? message.payload.count) > maximumBytes
        // A displaced frame is freed after the lock has been released.
        let displaced = state.withLock { state -> Frame? in
            // A new camera waits for its turn: cameras that take a place from each other would otherwise always be first.
            let served = state.served
            let admission = state.cameras.admit(
                message.topic, as: topics.parseFrame, at: arrival.monotonic,
                state: { _ in Slot(served: served) })
            guard admission == .listed, let source = state.cameras.entries[message.topic]?.source else {
                return nil
            }
            if isTooLarge {
                state.cameras.count(\.rejected, "too_large", of: message.topic)
                return nil
            }
            if state.isClosed { return nil }
            let displaced = state.cameras.entries[message.topic]?.state.waiting
            if displaced != nil { state.cameras.count(\.dropped, "newer_frame", of: message.topic) }
            state.cameras.entries[message.topic]?.state.waiting = Frame(
                message: message, source: source, arrival: arrival)
            return displaced
        }
        _ = displaced
        signal.raise()
        return true
    }

    // MARK: The perception thread

    /// Takes out a frame of the robot that has waited longest, from its camera that has waited longest;
    /// waits for one until CLOCK_MONOTONIC reaches `deadline` seconds.
    func next(until deadline: Double) -> Frame? {
        while true {
            let (frame, isClosed) = state.withLock { (Self.takeOut(of: &$0), $0.isClosed) }
            if isClosed { return nil }
            if let frame { return frame }
            guard signal.wait(until: deadline) else { return nil }
            signal.lower()
        }
    }

    private static func takeOut(of state: inout State) -> Frame? {
        let next = state.cameras.entries.filter { $0.value.state.waiting != nil }.min { one, other in
            (state.robots[one.value.source.robot] ?? 0, one.value.state.served)
                < (state.robots[other.value.source.robot] ?? 0, other.value.state.served)
        }
        guard let (topic, camera) = next else { return nil }
        state.served += 1
        state.cameras.entries[topic]?.state = Slot(waiting: nil, served: state.served)
        state.robots[camera.source.robot] = state.served
        if state.robots.count > PerceptionLimits.cameras {
            let present = Set(state.cameras.entries.values.lazy.map(\.source.robot))
            state.robots = state.robots.filter { present.contains($0.key) }
        }
        return camera.state.waiting
    }

    /// Whether a camera has a place.
    func contains(topic: String) -> Bool { state.withLock { $0.cameras.entries[topic] != nil } }

    /// Counts a frame whose people were searched.
    func countAccepted(of topic: String, isRepaired: Bool = false) {
        state.withLock { state in
            state.cameras.entries[topic]?.metrics.counts.framesIn += 1
            if isRepaired { state.cameras.entries[topic]?.metrics.counts.repaired += 1 }
            state.cameras.entries[topic]?.wasEverValid = true
        }
    }

    /// Counts a frame that was rejected, or a good one that was dropped or at which something happened.
    func count(
        _ counts: any WritableKeyPath<HealthMessage.Source, [String: Int]> & Sendable, _ reason: String,
        of topic: String
    ) {
        state.withLock { $0.cameras.count(counts, reason, of: topic) }
    }

    /// Wakes the thread for its end; frames that wait are not handed out.
    func close() {
        state.withLock { state in
            state.isClosed = true
            for topic in Array(state.cameras.entries.keys) {
                state.cameras.entries[topic]?.state.waiting = nil
            }
        }
        signal.raise()
    }

    /// Whether ``close()`` was called.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    // MARK: The pipeline's thread

    /// The counters of every camera for `health`, and the start of a new interval; `other` holds cameras without a place.
    func report(elapsed: Double, now: Double) -> [String: HealthMessage.Source] {
        state.withLock { state in
            var sources: [String: HealthMessage.Source] = [:]
            state.cameras.report(elapsed: elapsed, now: now, into: &sources)
            return sources
        }
    }
}

/// From camera frames to the poses of the people in them, on its own thread: admits, decodes, tracks, and passes on
/// to the pipeline. Reduces its effort per frame before it falls behind.
final class FrameReader {
    /// The longest sleep in seconds.
    private static let longestSleep = 1.0

    private let frames: FrameMailbox
    private let metrics: PerceptionMetrics
    private let networks: PoseModels.Networks
    private let limits: TrackingLimits
    private let optOuts: SharedOptOuts
    private let handOn: @Sendable (CameraPoses) -> Void
    private let decoder = JPEGDecoder(limits: PerceptionLimits.jpeg)
    private var cameras: [String: CameraPipeline] = [:]
    private var control = LoadController()
    private var log: RepeatedLog
    /// The pixels of the current frame; reused, and never written anywhere.
    private var image = CameraImage()

    /// - Parameters:
    ///   - frames: Frames that wait; closing it ends the reader.
    ///   - handOn: Receives the people of each frame.
    init(
        frames: FrameMailbox, metrics: PerceptionMetrics, networks: PoseModels.Networks, maximumPeople: Int,
        optOuts: SharedOptOuts, logger: Logger, handOn: @escaping @Sendable (CameraPoses) -> Void
    ) {
        (self.frames, self.metrics, self.networks) = (frames, metrics, networks)
        limits = TrackingLimits(maximumPeople: maximumPeople)
        (self.optOuts, self.handOn) = (optOuts, handOn)
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
        guard !optOuts.current.cover(robot: frame.source.robot) else {
            return frames.count(\.dropped, DropReason.paused.rawValue, of: topic)
        }
        let start = Arrival.monotonicSeconds()
        let camera = camera(of: topic)
        var durations: [String: Double] = [:]
        do throws(PerceptionError) {
            let result = try camera.process(
                frame.message.payload, stamp: frame.stamp, arrival: frame.arrival.monotonic,
                wallClock: frame.arrival.wallClock, by: decoder, into: &image,
                effort: control.effort(for: frame.source.robot))
            for reason in result.dropped { frames.count(\.dropped, reason.rawValue, of: topic) }
            guard let found = result.found else { return }
            let tracker = camera.tracker
            durations = [
                "decode": tracker.decodingSeconds, "detect": tracker.detectionSeconds,
                "landmarks": tracker.landmarkSeconds,
            ]
            frames.countAccepted(of: topic, isRepaired: tracker.isRepaired)
            handOn(
                CameraPoses(
                    topic: topic, source: frame.source, time: found.time, arrival: frame.arrival.monotonic,
                    frameIdentifier: frame.frameIdentifier, beginsAgain: found.beginsAgain,
                    bodies: found.sourceBodies))
        } catch {
            refuse(frame, error)
        }
        let end = Arrival.monotonicSeconds()
        durations["total"] = end - frame.arrival.monotonic
        control.note(work: end - start, of: frame.source.robot, at: end)
        metrics.note(durations, control: control, at: end)
    }

    private func refuse(_ frame: FrameMailbox.Frame, _ error: PerceptionError) {
        let label = "\(frame.source.robot)/\(frame.source.name)"
        let reason = if case .frame(let fault, _, _) = error { fault.rawValue } else { "unreadable" }
        frames.count(\.rejected, reason, of: frame.message.topic)
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
            bodies.map { SourceBody(identifier: .numbered($0.number), pose: $0.pose.pose) }
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

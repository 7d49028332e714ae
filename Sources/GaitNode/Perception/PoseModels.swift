import Logging
import Messaging
import Perception

/// The networks that find people in frames, or the reason why there are none.
enum PoseModels {
    case ready(PoseDetector, PoseLandmarker)
    /// `perception.enabled` is false.
    case off
    /// Says what is missing or wrong, and what to do about it.
    case unavailable(reason: String)

    /// Reads the networks that the configuration names. Missing networks are not an error: skeletons are processed
    /// without them.
    init(_ configuration: NodeConfiguration.Perception) {
        guard configuration.isEnabled else {
            self = .off
            return
        }
        do throws(PerceptionError) {
            let files = try PoseModelFiles(in: configuration.modelsPath)
            self = .ready(try PoseDetector(files.detector), try PoseLandmarker(files.landmarker))
        } catch {
            let advice = error.modelsAreMissing ? " 'launch/fetch-models' downloads them." : ""
            self = .unavailable(reason: "\(error)\(advice)")
        }
    }

    /// Says once what an operator should know.
    func log(to logger: Logger) {
        switch self {
        case .ready: logger.info("camera frames are processed")
        case .off: logger.info("camera frames are not processed: 'perception.enabled' is false")
        case .unavailable(let reason): logger.notice("camera frames are not processed: \(reason)")
        }
    }

    /// Where frames wait; nil if none are taken.
    func mailbox(
        topics: Topics, _ configuration: NodeConfiguration.Perception
    ) throws(MessagingError) -> FrameMailbox? {
        guard case .ready = self else { return nil }
        return try FrameMailbox(topics: topics, maximumBytes: configuration.maximumFrameBytes)
    }

    /// Reads frames; nil if none are taken.
    ///
    /// - Parameters:
    ///   - pauses: Whose frames are not read.
    ///   - handOn: Receives the people of each frame.
    func reader(
        _ cameras: CameraMetrics, _ configuration: NodeConfiguration.Perception,
        pauses: SharedOptOuts, logger: Logger, handOn: @escaping @Sendable (CameraPoses) -> Void
    ) -> FrameReader? {
        guard case .ready(let detector, let landmarker) = self, let frames = cameras.frames else {
            return nil
        }
        return FrameReader(
            frames: frames, metrics: cameras.perception, detector: detector, landmarker: landmarker,
            configuration: configuration, pauses: pauses, logger: logger, handOn: handOn)
    }

    /// The field of `info`.
    var information: InfoMessage.Perception {
        switch self {
        case .ready: InfoMessage.Perception(available: true)
        case .off: InfoMessage.Perception(available: false, reason: "'perception.enabled' is false.")
        case .unavailable(let reason): InfoMessage.Perception(available: false, reason: reason)
        }
    }

    /// The state in `health` if the node takes no frames; nil if it does.
    var fixedState: HealthMessage.Perception.State? {
        switch self {
        case .ready: nil
        case .off: .off
        case .unavailable: .unavailable
        }
    }
}

/// The bounds of what the node keeps of cameras; published in `info`.
enum PerceptionLimits {
    /// Most cameras; each may keep a frame waiting. Frames of further cameras are dropped and counted together.
    static let cameras = 16
    /// What a frame may demand of the decoder.
    static let jpeg = JPEGLimits()
    /// Bytes of a frame's `frame_id`.
    static let frameIdentifierBytes = 255
}

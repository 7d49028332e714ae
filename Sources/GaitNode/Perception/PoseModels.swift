import Logging
import Messaging
import Perception

/// The networks that find people in frames, or why there are none.
enum PoseModels {
    case ready(PoseDetector, PoseLandmarker)
    /// `perception.enabled` is false.
    case off
    /// What is missing or wrong, and what to do about it.
    case unavailable(reason: String)

    /// Reads the networks that the configuration names. None is no error: skeletons are read without.
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
        case .ready: logger.info("camera frames are looked at")
        case .off: logger.info("camera frames are not looked at: 'perception.enabled' is false")
        case .unavailable(let reason): logger.notice("camera frames are not looked at: \(reason)")
        }
    }

    /// Where frames wait; nil where none are taken.
    func frameTable(
        topics: Topics, _ configuration: NodeConfiguration.Perception
    ) throws(MessagingError) -> FrameTable? {
        guard case .ready = self else { return nil }
        return try FrameTable(topics: topics, maximumBytes: configuration.maximumFrameBytes)
    }

    /// What looks at frames; nil where none are taken.
    ///
    /// - Parameters:
    ///   - pauses: Whose frames are not looked at.
    ///   - handOn: Takes the people of each frame.
    func reader(
        _ cameras: CameraMetrics, _ configuration: NodeConfiguration.Perception,
        pauses: SharedOptOuts, logger: Logger, handOn: @escaping @Sendable (CameraPoses) -> Void
    ) -> FrameReader? {
        guard case .ready(let detector, let landmarker) = self, let frames = cameras.frames else {
            return nil
        }
        return FrameReader(
            frames: frames, figures: cameras.perception, detector: detector, landmarker: landmarker,
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

    /// The state in `health` of a node that takes no frames; nil of one that does.
    var fixedState: HealthMessage.Perception.State? {
        switch self {
        case .ready: nil
        case .off: .off
        case .unavailable: .unavailable
        }
    }
}

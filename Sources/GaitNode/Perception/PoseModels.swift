import Logging
import Messaging
import Perception

/// The networks that find people in frames, or the reason why there are none.
struct PoseModels {
    typealias Networks = (detector: PoseDetector, landmarker: PoseLandmarker)

    /// Nil if no frames are taken.
    let networks: Networks?
    /// The state in `health` if the node takes no frames: `off` or `unavailable`; nil if it does.
    let fixedState: HealthMessage.Perception.State?
    /// The field of `info`. Its reason says what is missing or wrong, and what to do about it, without the folder.
    let information: InfoMessage.Perception
    /// The same reason with the folder.
    private let reason: String?

    /// Reads the networks that the configuration names. Missing networks are not an error: skeletons are processed
    /// without them.
    init(_ configuration: NodeConfiguration.Perception) {
        guard configuration.isEnabled else {
            (networks, fixedState) = (nil, .off)
            reason = "'perception.enabled' is false."
            information = InfoMessage.Perception(available: false, reason: reason)
            return
        }
        do throws(PerceptionError) {
            let files = try PoseModelFiles(
                in: configuration.modelsPath, landmarks: configuration.landmarks)
            networks = (try PoseDetector(files.detector), try PoseLandmarker(files.landmarker))
            (fixedState, reason, information) = (nil, nil, InfoMessage.Perception(available: true))
        } catch {
            let advice = error.fetchCommand(configuration.landmarks).map { " '\($0)' downloads them." } ?? ""
            (networks, fixedState) = (nil, .unavailable)
            let path = configuration.modelsPath
            let text = "\(error)\(advice)"
            reason = text
            information = InfoMessage.Perception(
                available: false,
                reason: text.replacing(path, with: path.split(separator: "/").last ?? "models"))
        }
    }

    /// Says once what an operator should know.
    func log(to logger: Logger) {
        guard let reason else { return logger.info("camera frames are processed") }
        logger.log(
            level: fixedState == .off ? .info : .notice, "camera frames are not processed: \(reason)")
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

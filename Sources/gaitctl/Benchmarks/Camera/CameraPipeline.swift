import GaitModels
import Perception

/// What a node does with a camera's frames, without broker and pipeline: decoding, people, joints, emotions.
final class CameraPipeline {
    private let networks: PoseNetworks
    private let classifier: EmotionClassifier
    private var watcher: CameraWatcher
    private var readings: [Int: WalkReading] = [:]

    /// Seconds that decoding took in all since ``begin()``.
    private(set) var decodingSeconds = 0.0
    /// Bodies in all frames.
    private(set) var bodies = 0
    /// Windows that were read through the emotion model.
    private(set) var emotions = 0

    init(_ networks: PoseNetworks, classifier: EmotionClassifier) {
        (self.networks, self.classifier) = (networks, classifier)
        watcher = CameraWatcher(networks)
    }

    /// Forgets everybody and the figures.
    func begin() {
        watcher = CameraWatcher(networks)
        readings.removeAll()
        beginFigures()
    }

    /// Forgets the figures, not the people.
    func beginFigures() { (decodingSeconds, bodies, emotions) = (0, 0, 0) }

    /// One frame, whole.
    func look(at jpeg: [UInt8], seconds: Double) throws(PerceptionError) {
        let found = try watcher.look(at: jpeg, seconds: seconds)
        decodingSeconds += watcher.decodingSeconds
        bodies += found.count
        for body in found {
            let isRead = readings[body.number, default: WalkReading()]
                .take(body.pose, at: seconds, with: classifier)
            if isRead { emotions += 1 }
        }
    }
}

import Gait
import GaitModels
import GaitNode

/// One person's emotion, read from poses as gaitd reads it: into a buffer, a window twice a second, the walking test,
/// the model, and probabilities that are averaged over time.
struct WalkReading {
    /// Seconds between two readings, and the averages' time constant: the defaults of `pipeline.classify_every` and
    /// `pipeline.smoothing`.
    private static let interval = 0.5
    private static let smoothing = 1.5

    /// What was read last.
    enum State: Equatable {
        /// There is no whole window.
        case insufficientData
        case notWalking
        /// The most probable emotion is not probable enough to be said.
        case uncertain
        case ok(emotion: String, confidence: Float)
    }

    private(set) var state = State.insufficientData
    /// How often each emotion was read.
    private(set) var votes: [String: Int] = [:]
    private var buffer = PoseBuffer()
    private var averages = ProbabilitySmoothing()
    private var due = -Double.infinity

    /// The emotion that was read most often; the later one in the alphabet of equals; nil where none was.
    var emotion: String? { votes.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key }

    /// Takes in the next pose, and reads what is due.
    ///
    /// - Returns: whether the model was asked.
    @discardableResult
    mutating func take(_ pose: Pose, at seconds: Double, with classifier: EmotionClassifier) -> Bool {
        guard buffer.append(pose, at: seconds) == .accepted, seconds >= due else { return false }
        guard let window = buffer.window() else {
            state = .insufficientData
            return false
        }
        due = seconds + Self.interval
        guard WalkDetector().isWalking(window.gait) else {
            state = .notWalking
            return false
        }
        let found = classifier.classify([window.gait])[0]
        averages.add(found.probabilities, at: seconds, timeConstant: Self.smoothing)
        let best = EmotionClassifier.Classification(probabilities: averages.probabilities)
        let confidence = best.probabilities[best.label]
        guard confidence >= classifier.minimumConfidence ?? Float(EmotionDecision.defaultMinimumConfidence)
        else {
            state = .uncertain
            return true
        }
        let emotion = classifier.card.labels[best.label]
        state = .ok(emotion: emotion, confidence: confidence)
        votes[emotion, default: 0] += 1
        return true
    }
}

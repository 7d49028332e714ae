import Gait
import Messaging

/// What is said of a person: the state, and with `ok` the emotion.
package struct EmotionDecision {
    /// The smallest confidence where neither the configuration nor the model has one.
    package static let defaultMinimumConfidence = 0.4

    let state: EmotionMessage.State
    let emotion: Emotion?
    /// The index of the most probable label, also where it is not probable enough to be said.
    let label: Int?
    let confidence: Float?
    let probabilities: [String: Float]?
    let valence: Float?
    let arousal: Float?
    let window: EmotionMessage.Window?

    /// Smooths a reading's probabilities and decides.
    ///
    /// - Parameters:
    ///   - reading: What was seen at this due time.
    ///   - smoothing: The person's average, which takes the reading in.
    ///   - labels: The model's labels.
    ///   - configuration: Time constant and smallest confidence.
    init(
        _ reading: EmotionPrediction, smoothing: inout ProbabilitySmoothing, labels: EmotionLabels,
        configuration: NodeConfiguration.Pipeline
    ) {
        window = reading.window.map { window in
            EmotionMessage.Window(
                start: window.start, end: window.end, frames: window.gait.frames, coverage: window.coverage)
        }
        guard case .probabilities(let raw, let window) = reading else {
            state = reading.window == nil ? .insufficientData : .notWalking
            (emotion, label, confidence, probabilities) = (nil, nil, nil, nil)
            (valence, arousal) = (nil, nil)
            return
        }
        smoothing.add(raw, at: window.end, timeConstant: configuration.smoothing)
        let smoothed = smoothing.probabilities
        let best = labels.best(of: smoothed)
        let isConfident =
            Double(best.probability) >= configuration.minimumConfidence ?? Self.defaultMinimumConfidence
        state = isConfident ? .ok : .uncertain
        emotion = isConfident ? best.emotion : nil
        label = best.index
        confidence = best.probability
        probabilities = labels.named(smoothed)
        (valence, arousal) = labels.circumplex(smoothed)
    }
}

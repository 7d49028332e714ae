package import Gait

/// What a person's window shows before it is classified.
enum EmotionPrediction: Sendable {
    /// Too few poses in the last two and a half seconds, or a source that cannot be read.
    case insufficientData(UnreadReason?)
    /// The legs do not swing as in walking forward.
    case notWalking(GaitWindow, UnreadReason?)
    case walking(GaitWindow)
}

/// The result for a person: the state, and if that is `ok` the emotion.
package struct EmotionDecision: Sendable {
    /// The smallest confidence if neither the configuration nor the model has one.
    package static let defaultMinimumConfidence = 0.4

    package let state: EmotionState
    /// Why the person is not read; nil if there is no more to say than the state does.
    package let reason: UnreadReason?
    /// The index of the most probable label, even if it is not probable enough to be said.
    package let label: Int?
    /// The largest smoothed probability.
    package let confidence: Float?
    /// The smoothed probabilities, in the order of the model's labels.
    package let probabilities: [Float]?
    package let window: GaitWindow?

    /// A decision without probabilities.
    init(without prediction: EmotionPrediction) {
        (label, confidence, probabilities) = (nil, nil, nil)
        switch prediction {
        case .insufficientData(let reason): (state, self.reason, window) = (.insufficientData, reason, nil)
        case .notWalking(let window, let reason):
            (state, self.reason, self.window) = (.notWalking, reason, window)
        case .walking(let window): (state, reason, self.window) = (.notWalking, nil, window)
        }
    }

    /// - Parameters:
    ///   - probabilities: After smoothing.
    ///   - isContradictory: Whether the person's recent windows contradict each other: then no emotion is said.
    ///   - minimumConfidence: The smallest probability with which an emotion is said.
    init(
        probabilities: [Float], window: GaitWindow, isContradictory: Bool = false, minimumConfidence: Double
    ) {
        var best = 0
        for index in probabilities.indices where probabilities[index] > probabilities[best] { best = index }
        state = !isContradictory && Double(probabilities[best]) >= minimumConfidence ? .ok : .uncertain
        reason = nil
        (label, confidence) = (best, probabilities[best])
        (self.probabilities, self.window) = (probabilities, window)
    }
}

/// A model's labels as emotions, in the order of its outputs.
package struct EmotionLabels: Sendable {
    package let emotions: [Emotion]

    /// - Parameter names: The model card's labels.
    /// - Returns: nil unless every emotion is named exactly once.
    package init?(names: [String]) {
        emotions = names.compactMap(Emotion.init)
        guard names.sorted() == Emotion.allCases.map(\.rawValue).sorted() else { return nil }
    }

    /// The emotion that is said; nil unless the state is `ok`.
    package func emotion(of decision: EmotionDecision) -> Emotion? {
        decision.state == .ok ? decision.label.map { emotions[$0] } : nil
    }

    /// The probabilities by label name.
    package func named(_ probabilities: [Float]) -> [String: Float] {
        Dictionary(uniqueKeysWithValues: zip(emotions.map(\.rawValue), probabilities))
    }

    /// The probability-weighted position on the circumplex, each in [-1, 1].
    package func circumplex(_ probabilities: [Float]) -> (valence: Float, arousal: Float) {
        zip(emotions, probabilities).reduce(into: (valence: 0, arousal: 0)) { sum, entry in
            sum.valence += entry.0.valence * entry.1
            sum.arousal += entry.0.arousal * entry.1
        }
    }
}

import Gait

/// The model's labels as emotions, in the order of its outputs.
struct EmotionLabels {
    let emotions: [Emotion]

    /// - Parameters:
    ///   - names: The model card's labels.
    ///   - path: The model file, for the error.
    /// - Throws: `GaitNodeError.labels` unless every emotion is named exactly once.
    init(names: [String], path: String) throws(GaitNodeError) {
        emotions = names.compactMap(Emotion.init)
        guard names.sorted() == Emotion.allCases.map(\.rawValue).sorted() else {
            throw .labels(path: path, found: names, expected: Emotion.allCases.map(\.rawValue))
        }
    }

    /// The most probable emotion.
    func best(of probabilities: [Float]) -> (index: Int, emotion: Emotion, probability: Float) {
        var best = 0
        for index in probabilities.indices where probabilities[index] > probabilities[best] { best = index }
        return (best, emotions[best], probabilities[best])
    }

    /// The probabilities by label name.
    func named(_ probabilities: [Float]) -> [String: Float] {
        Dictionary(uniqueKeysWithValues: zip(emotions.map(\.rawValue), probabilities))
    }

    /// The probability-weighted position on the circumplex, each in [-1, 1].
    func circumplex(_ probabilities: [Float]) -> (valence: Float, arousal: Float) {
        zip(emotions, probabilities).reduce(into: (valence: 0, arousal: 0)) { sum, entry in
            sum.valence += entry.0.valence * entry.1
            sum.arousal += entry.0.arousal * entry.1
        }
    }
}

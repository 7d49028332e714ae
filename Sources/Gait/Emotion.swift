/// A perceived emotion, in the order in which new models list them.
package enum Emotion: String, CaseIterable, Sendable {
    case angry, happy, neutral, sad

    /// How pleasant the emotion is, in [-1, 1].
    ///
    /// Ratings of the terms by Russell and Mehrabian, "Evidence for a three-factor theory of emotions",
    /// Journal of Research in Personality 11 (1977), placed on the circumplex of Russell, "A circumplex model
    /// of affect" (1980).
    package var valence: Float {
        switch self {
        case .angry: -0.51
        case .happy: 0.81
        case .neutral: 0
        case .sad: -0.63
        }
    }

    /// How activated the emotion is, in [-1, 1]; the same source as `valence`.
    package var arousal: Float {
        switch self {
        case .angry: 0.59
        case .happy: 0.51
        case .neutral: 0
        case .sad: -0.27
        }
    }
}

/// What can be said of a person's gait, by its name on the wire.
package enum EmotionState: String, Codable, Sendable, CaseIterable {
    /// There is a perceived emotion.
    case ok
    /// There are probabilities, but none is above the configured confidence.
    case uncertain
    /// Poses do not cover the window well enough.
    case insufficientData = "insufficient_data"
    /// The person stands, sits or does something else.
    case notWalking = "not_walking"
}

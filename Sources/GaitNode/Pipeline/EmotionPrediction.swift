import Gait

/// What was seen of one person at one due time.
enum EmotionPrediction {
    /// Too few poses in the last two and a half seconds.
    case insufficientData
    /// The legs do not swing as in walking.
    case notWalking(GaitWindow)
    /// The classifier's calibrated probabilities, in the order of the model's labels.
    case probabilities([Float], GaitWindow)

    /// The window that was looked at.
    var window: GaitWindow? {
        switch self {
        case .insufficientData: nil
        case .notWalking(let window), .probabilities(_, let window): window
        }
    }
}

import Gait

/// What measured best for a kind of task; see the experiments' page.
package enum TrainingRecipe: String, CaseIterable, Sendable {
    /// For gaits that will come from the source that was trained on: its proportions and places are kept, since they
    /// tell classes apart.
    case styles
    /// For emotions of people and sources that were not trained on: bones, places, sizes, tempi and sources are
    /// varied, joints that sources place differently are derived, and simulated walkers are trained on too.
    case emotions

    /// The recipe for these classes: `emotions` where each of them is one.
    package static func usual(for labels: [String]) -> TrainingRecipe {
        labels.allSatisfy { Emotion(rawValue: $0) != nil } ? .emotions : .styles
    }

    /// Posture and speeds. Accelerations, jerks and strides do not survive noise and low frame rates, smoothed or not.
    private static let robustFeatures = Array(0...16)

    /// Adapts what a network is fed.
    package func prepare(_ configuration: inout STEPConfiguration) {
        switch self {
        case .styles:
            (configuration.skeleton, configuration.denoising) = (.given, .adaptive)
            (configuration.members, configuration.robustMembers) = (4, 2)
        case .emotions:
            (configuration.skeleton, configuration.smoothing) = (.limbs, 5)
            configuration.input = .positions
        }
    }

    /// How a network is trained.
    package var options: TrainingOptions {
        var options = TrainingOptions()
        switch self {
        case .styles:
            options.augmentation.source = 0.5
            options.affectiveSmoothing = 4
            options.affectiveFeatures = Self.robustFeatures
        case .emotions:
            options.augmentation = .sources
            options.affectiveSmoothing = 8
            options.epochs = 40
        }
        return options
    }

    /// How many simulated walkers of each emotion are trained on beside the recordings.
    package var walkersPerEmotion: Int { self == .emotions ? 10 : 0 }
}

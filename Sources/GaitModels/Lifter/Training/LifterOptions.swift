import Foundation
import NeuralNetwork

/// The training options of a lifter, except its network and the gaits.
@dynamicMemberLookup
package struct LifterOptions: Sendable, Equatable {
    /// How the network is fitted.
    package var optimization = Optimization()
    /// The number of windows drawn for an epoch.
    package var windowsPerEpoch = 9216
    /// The share of people who stand instead of walking.
    package var standing: Float = 0.2
    /// How many simulated walkers are trained on beside the recordings.
    package var walkers = 80
    /// The share of each data set's recordings that are never trained on, for the evaluation.
    package var heldOut: Double = 0.15
    package var loss = LifterLossWeights()

    package init() {
        optimization.epochs = 50
        optimization.batch = 192
        optimization.learningRate = 3e-3
        optimization.weightDecay = 1e-2
        optimization.maximumGradientNorm = 1
        optimization.windowsPerGait = 0
    }

    /// The optimization's values, as if they were here.
    package subscript<Value>(dynamicMember path: WritableKeyPath<Optimization, Value>) -> Value {
        get { optimization[keyPath: path] }
        set { optimization[keyPath: path] = newValue }
    }

    /// What a recipe may ask for.
    var ranges: [(key: String, value: Double, range: ClosedRange<Double>)] {
        [
            ("options.windows_per_epoch", Double(windowsPerEpoch), 2...10_000_000),
            ("options.standing", Double(standing), 0...0.9), ("options.walkers", Double(walkers), 0...10_000),
            ("options.held_out", heldOut, 0...0.5),
        ]
            + optimization.ranges
    }
}

extension LifterOptions: Codable {
    enum CodingKeys: String, CodingKey {
        case optimization, standing, walkers, loss
        case windowsPerEpoch = "windows_per_epoch"
        case heldOut = "held_out"
    }
}

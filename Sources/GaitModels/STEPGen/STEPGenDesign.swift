import Gait
import NeuralNetwork

/// The designs of a generator that can be chosen by name: the network, and what it is trained by.
package enum STEPGenDesign: String, CaseIterable, Sendable {
    /// STEP-Gen as this project trains it: bones and the root's motion instead of positions, the stride's phase
    /// given, a prior of its own for each class, joints told apart.
    case stepGen = "step-gen"
    /// STEP-Gen with the design of the paper.
    case paper = "step-gen-paper"
    /// The paper's Baseline-CVAE: the same network without the push-pull loss.
    case baselineCVAE = "baseline-cvae"

    /// The network for an ordered list of class names.
    package func configuration(labels: [String]) -> STEPGenConfiguration {
        typealias Block = STEPConfiguration.Block
        let encoder = [
            Block(width: 64, stride: 1, residual: .projection),
            Block(width: 32, stride: 1, residual: .projection),
            Block(width: 32, stride: 1, residual: .identity),
        ]
        switch self {
        case .stepGen:
            return STEPGenConfiguration(
                labels: labels, encoder: encoder,
                decoder: [64, 64, 3].map { Block(width: $0, stride: 1, residual: .projection) },
                kernel: 5, edgeImportance: true, jointwise: true, motion: .bones, phased: true,
                prior: .classes, output: .scaled,
                loss: STEPGenLoss(push: 1, pull: 0.1, divergence: 0.05, bone: 10, foot: 10, tempo: 1))
        case .paper, .baselineCVAE:
            let isPaper = self == .paper
            return STEPGenConfiguration(
                labels: labels, encoder: encoder,
                decoder: [
                    Block(width: 32, stride: 1, residual: .identity),
                    Block(width: 64, stride: 1, residual: .projection),
                    Block(width: 3, stride: 1, residual: .projection),
                ],
                kernel: 75, edgeImportance: false, jointwise: false, motion: .positions, phased: false,
                prior: .standard, output: .normalised,
                loss: STEPGenLoss(push: isPaper ? 1 : 0, pull: isPaper ? 1 : 0, divergence: 1))
        }
    }

    /// How it is trained.
    package var options: STEPGenOptions {
        var options = STEPGenOptions()
        switch self {
        case .stepGen:
            options.warmUp = 0.3
            (options.augmentation.speed, options.augmentation.scale) = (0.08, 0.05)
        case .paper, .baselineCVAE:
            options.learningRate = 1e-3
            options.schedule = .step
            options.decoupled = false
            options.maximumGradientNorm = .infinity
            options.balanced = false
        }
        return options
    }
}

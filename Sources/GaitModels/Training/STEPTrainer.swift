import Foundation
import Gait
import NeuralNetwork

/// Trains one STEP network.
///
/// Everything random comes from one seed and everything is computed by one thread, so that the same seed on
/// the same machine gives the same bits.
struct STEPTrainer {
    let configuration: STEPConfiguration
    let scaling: AffectiveScaling?
    let options: TrainingOptions
    /// Shows a share of the gaits as a robot's camera would; nil for none.
    let lifted: LiftedView?
    let member: Int

    /// - Parameters:
    ///   - trunk: a network to begin from; nil for fresh weights.
    ///   - keepsClasses: whether that network's classes are the same, so that its layer to them is begun from too.
    ///   - validation: selects the best epoch; if empty, the last epoch is kept.
    ///   - deadline: when to stop with the best so far.
    ///   - progress: called after every epoch; returns false to stop with the best so far.
    /// - Returns: the network and the epochs it was trained for.
    /// - Throws: ``ModelError/training(_:)`` if the loss is no longer a number.
    func fit(
        _ gaits: [TrainingGait], from trunk: ParameterStore? = nil, keepsClasses: Bool = false,
        validation: [TrainingGait],
        deadline: Date,
        progress: (TrainingProgress) -> Bool
    ) throws(ModelError) -> (network: STEP, epochs: Int) {
        var generator = SeededGenerator(seed: options.seed &* 1_000_003 &+ UInt64(member))
        let encoder = WindowEncoder(configuration, scaling: scaling)
        let network = STEP(
            configuration, affectiveFeatures: encoder.featureCount, dropout: options.dropout,
            using: &generator)
        if let trunk { network.store.copy(from: trunk) { keepsClasses || !$0.hasPrefix("fcn") } }
        var buffer = PoseBuffer()
        let loss = SoftmaxCrossEntropy(
            classes: configuration.labels.count, classWeights: options.balanced ? classWeights(gaits) : nil,
            smoothing: options.labelSmoothing)
        let draws = gaits.indices.filter { gaits[$0].probabilities == nil }.flatMap { index in
            Array(repeating: index, count: windowCount(of: gaits[index].gait))
        }
        // As many of each class: most people walk neutrally, and what a teacher reads of them would drown the others (Zou et
        // al., Class-balanced self-training, 2018).
        let unlabeled = Dictionary(
            grouping: gaits.indices.filter { gaits[$0].probabilities != nil }, by: { gaits[$0].label }
        ).sorted { $0.key < $1.key }.map(\.value)
        let loop = EpochLoop(optimization: options.optimization, deadline: deadline, member: member)
        let epochs = try loop.run(
            network.store,
            order: {
                let count = unlabeled.isEmpty ? 0 : Int(options.unlabeled * Float(draws.count))
                let further = (0..<count).compactMap { _ in
                    unlabeled.randomElement(using: &generator)?.randomElement(using: &generator)
                }
                return (draws + further).shuffled(using: &generator)
            },
            learn: { batch, _ in
                encoder.begin(batch: batch.count)
                let shown = varied(batch.map { gaits[$0] }, through: &buffer, using: &generator)
                for (place, gait) in shown.enumerated() { encoder.encode(gait, at: place) }
                let logits = network(
                    encoder.input, affective: encoder.affective, training: true, using: &generator)
                let value = loss(logits, targets: batch.map { gaits[$0].target })
                network.backward(logits)
                return value
            },
            mean: { $0.reduce(0, +) / Float(max($0.count, 1)) },
            total: { $0 },
            validate: {
                validation.isEmpty ? nil : validationLoss(network, encoder, validation, using: &generator)
            },
            progress: progress
        ).epochs
        return (network, epochs)
    }

    /// A window of each gait as this epoch shows it.
    private func varied(
        _ gaits: [TrainingGait], through buffer: inout PoseBuffer, using generator: inout SeededGenerator
    ) -> [Gait] {
        var varied: [Gait] = []
        var (places, windows) = ([Int](), [ImageWindow]())
        for gait in gaits {
            varied.append(
                options.augmentation(
                    gait.gait, window: configuration.window, through: &buffer, using: &generator))
            guard let lifted, options.lifted > 0, !gait.isLifted,
                generator.uniform(0...1) < options.lifted, let own = varied.last
            else { continue }
            places.append(varied.count - 1)
            windows.append(lifted.window(of: own, using: &generator))
        }
        guard let lifted, !windows.isEmpty else { return varied }
        // All in one call: the lifter is shared by all trainings.
        for (place, gait) in zip(places, lifted.gaits(of: windows)) { varied[place] = gait }
        return varied
    }

    private func windowCount(of gait: Gait) -> Int {
        options.optimization.draws(of: gait, window: configuration.window)
    }

    private func classWeights(_ gaits: [TrainingGait]) -> [Float] {
        let classes = configuration.labels.count
        var counts = [Int](repeating: 0, count: classes)
        for gait in gaits where gait.probabilities == nil {
            counts[gait.label] += windowCount(of: gait.gait)
        }
        let total = Float(counts.reduce(0, +))
        return counts.map { $0 == 0 ? 0 : total / (Float(classes) * Float($0)) }
    }

    /// The balanced cross-entropy over the evaluation windows: smoother than an accuracy, so that it can tell
    /// epochs apart on few gaits.
    private func validationLoss(
        _ network: STEP, _ encoder: WindowEncoder, _ gaits: [TrainingGait],
        using generator: inout SeededGenerator
    ) -> Float {
        let loss = SoftmaxCrossEntropy(classes: configuration.labels.count, classWeights: classWeights(gaits))
        let windows = TrainingGait.windows(of: gaits)
        encoder.begin(batch: windows.count)
        for (index, window) in windows.enumerated() { encoder.encode(window.window, at: index) }
        let logits = network(encoder.input, affective: encoder.affective, training: false, using: &generator)
        return loss(logits, labels: windows.map(\.label))
    }
}

import Foundation
import Gait
import NeuralNetwork
import Synchronization

/// Trains one lifter network.
///
/// A batch is dealt to two replicas of the network, whatever the number of threads, and their gradients are added in
/// order. Every window has its own seed. So the same seed on the same machine gives the same bits.
struct LifterTrainer {
    /// The replicas that share a batch.
    private static let replicas = 2
    /// How many windows the validation has, and the seed of its cameras.
    private static let validationWindows = 384
    private static let validationSeed: UInt64 = 0x11F7

    let options: LifterOptions
    /// The estimators whose errors are imitated.
    let estimators: [EstimatorErrors]
    /// The classifier whose layers judge what is drawn; nil for none.
    let teacher: TrainedModel?
    let threads: Int

    /// - Parameters:
    ///   - gaits: as ``JointNormalization/limbs`` has them.
    ///   - validation: chooses the best epoch; if empty, the last epoch is kept.
    ///   - progress: called after every epoch; returns false to stop with the best so far.
    /// - Returns: the epochs that the network was trained for, and the loss then: on the validation gaits if there are any.
    /// - Throws: ``ModelError/training(_:)`` if the loss is no longer a number.
    func fit(
        _ network: LifterNetwork, _ gaits: [TrainingGait], validation: [TrainingGait],
        progress: (TrainingProgress) -> Bool
    ) throws(ModelError) -> (epochs: Int, loss: LifterLoss.Terms) {
        var generator = SeededGenerator(seed: options.seed)
        var source = LifterSceneSource(bodyLength: network.configuration.bodyLength)
        source.standing = options.standing
        (source.estimators, source.imitated) = (estimators, options.imitated)
        let draws = LifterDraws(gaits)
        let replicas = try (0..<Self.replicas).map { (_) throws(ModelError) in
            try LifterReplica(network.configuration, options.loss, source, teacher: teacher)
        }
        let scenes = Self.scenes(of: validation, source)
        let loss = LifterLoss(options.loss)
        let input = Tensor()
        var step: UInt64 = 0
        let loop = EpochLoop(optimization: options.optimization, deadline: options.optimization.deadline)
        return try loop.run(
            network.store,
            order: { draws.order(count: options.windowsPerEpoch, using: &generator) },
            learn: { batch, _ in
                step += 1
                return learn(
                    batch.map { gaits[$0].gait }, into: network.store, replicas,
                    seed: options.seed &* 0x9E37_79B9 &+ step << 20)
            },
            mean: { losses in
                var mean = LifterLoss.Terms()
                for loss in losses { mean.add(loss, share: 1 / Float(losses.count)) }
                return mean
            },
            total: { $0.total },
            validate: {
                scenes.isEmpty ? nil : Self.evaluate(network, scenes, loss, input, batch: options.batch)
            },
            progress: progress)
    }

    /// Adds the gradients of a batch to the store's.
    private func learn(
        _ gaits: [Gait], into store: ParameterStore, _ replicas: [LifterReplica], seed: UInt64
    ) -> LifterLoss.Terms {
        let parts = replicas.indices.map { replica in
            gaits[gaits.count * replica / replicas.count..<gaits.count * (replica + 1) / replicas.count]
        }
        let snapshot = store.snapshot
        let results =
            (try? ParallelWork.map(count: replicas.count, threads: threads) { index in
                replicas[index].learn(Array(parts[index]), snapshot, seed: seed &+ UInt64(index) << 16)
            }) ?? []
        var terms = LifterLoss.Terms()
        for (part, result) in zip(parts, results) {
            let share = Float(part.count) / Float(gaits.count)
            store.accumulate(gradients: result.gradients, times: share)
            terms.add(result.terms, share: share)
        }
        store.averageStatistics(of: results.map(\.snapshot))
        return terms
    }

    /// The validation's scenes: people as they were recorded, seen by the training's cameras.
    private static func scenes(of gaits: [TrainingGait], _ source: LifterSceneSource) -> [LifterScene] {
        guard !gaits.isEmpty else { return [] }
        var source = source
        source.varies = false
        var generator = SeededGenerator(seed: validationSeed)
        let draws = LifterDraws(gaits)
        return draws.order(count: validationWindows, using: &generator).map {
            source.scene(of: gaits[$0].gait, using: &generator)
        }
    }

    private static func evaluate(
        _ network: LifterNetwork, _ scenes: [LifterScene], _ loss: LifterLoss, _ input: Tensor, batch: Int
    ) -> LifterLoss.Terms {
        var terms = LifterLoss.Terms()
        for start in stride(from: 0, to: scenes.count, by: batch) {
            let part = Array(scenes[start..<min(start + batch, scenes.count)])
            LifterInput.encode(part.map(\.window), into: input)
            let found = loss(network(input, training: false), part)
            terms.add(found, share: Float(part.count) / Float(scenes.count))
        }
        return terms
    }
}

/// Draws gaits so that every data set is seen in proportion to the root of its number of recordings: many recordings of
/// few people are no variety.
struct LifterDraws {
    private let sets: [[Int]]
    /// The sums of the sets' weights so far.
    private let bounds: [Float]

    init(_ gaits: [TrainingGait]) {
        let sets = Dictionary(grouping: gaits.indices, by: { gaits[$0].label }).sorted { $0.key < $1.key }
        self.sets = sets.map(\.value)
        var sum: Float = 0
        bounds = sets.map { _, members in
            sum += Float(Set(members.map { gaits[$0].recording }).count).squareRoot()
            return sum
        }
    }

    /// Indices of gaits.
    func order(count: Int, using generator: inout SeededGenerator) -> [Int] {
        guard let total = bounds.last else { return [] }
        return (0..<count).map { _ in
            let place = generator.uniform(0...1) * total
            let set = sets[bounds.firstIndex { place < $0 } ?? sets.count - 1]
            return set[Int.random(in: set.indices, using: &generator)]
        }
    }
}

/// A copy of the network that computes a part of each batch. One thread uses it at a time.
private final class LifterReplica: Sendable {
    /// What a part of a batch gives.
    struct Result: Sendable {
        let terms: LifterLoss.Terms
        let gradients: [Float]
        /// The parameters after the pass, with the running statistics that it changed.
        let snapshot: [Float]
    }

    private struct Workspace {
        let network: LifterNetwork
        let loss: LifterLoss
        let perception: PerceptualLoss?
        let input = Tensor()
    }

    /// One of how many windows the teacher sees: it costs more than the lifter.
    private static let judged = 4

    private let source: LifterSceneSource
    private let perceptionWeight: Float
    private let workspace: Mutex<Workspace>

    init(
        _ configuration: LifterConfiguration, _ weights: LifterLossWeights, _ source: LifterSceneSource,
        teacher: TrainedModel?
    ) throws(ModelError) {
        var generator = SeededGenerator(seed: 0)
        self.source = source
        perceptionWeight = weights.perception
        let perception = weights.perception > 0 ? try teacher.map(PerceptualLoss.init) : nil
        workspace = Mutex(
            Workspace(
                network: LifterNetwork(configuration, blank: true, using: &generator),
                loss: LifterLoss(weights), perception: perception))
    }

    /// The gradients of scenes with these gaits.
    func learn(_ gaits: [Gait], _ snapshot: [Float], seed: UInt64) -> Result {
        let scenes = gaits.enumerated().map { index, gait in
            var generator = SeededGenerator(seed: seed &+ UInt64(index))
            return source.scene(of: gait, using: &generator)
        }
        return workspace.withLock { workspace in
            let network = workspace.network
            network.store.snapshot = snapshot
            network.store.zeroGradients()
            LifterInput.encode(scenes.map(\.window), into: workspace.input)
            let output = network(workspace.input, training: true)
            var terms = workspace.loss(output, scenes)
            if let perception = workspace.perception {
                terms.perception = perception.add(
                    output, scenes.prefix(max(scenes.count / Self.judged, 2)),
                    turn: Int(truncatingIfNeeded: seed >> 20) & 0xFFFF, weight: perceptionWeight,
                    to: workspace.loss.gradient)
            }
            network.backward(workspace.loss.gradient)
            return Result(
                terms: terms, gradients: network.store.gradientSnapshot, snapshot: network.store.snapshot)
        }
    }
}

import Gait
import NeuralNetwork

/// STEP-Gen's encoder: BatchNorm, ST-GCN layers, average pool, and two linear maps side by side to the mean and
/// the log-variance of the latent.
final class STEPGenEncoder {
    private let norm: BatchNorm
    private let blocks: [SpatialTemporalBlock]
    private let pool = AveragePool()
    private let mean: Linear
    private let logVariance: Linear
    private let pooledGradient = Tensor()

    init(
        _ configuration: STEPGenConfiguration, graph: SparseGraph, in store: ParameterStore,
        using generator: inout some RandomNumberGenerator
    ) {
        norm = BatchNorm(
            "encoder.data_bn", channels: Joint.count * configuration.inputChannels,
            grouping: .jointCoordinates,
            in: store)
        var blocks: [SpatialTemporalBlock] = []
        var inputs = configuration.inputChannels
        for (index, block) in configuration.encoder.enumerated() {
            blocks.append(
                SpatialTemporalBlock(
                    "encoder.encoder.\(index).",
                    importance: configuration.edgeImportance ? "encoder.edge_importance.\(index)" : nil,
                    inputs: inputs, block: block, kernel: configuration.kernel, graph: graph, in: store,
                    using: &generator))
            inputs = block.width
        }
        self.blocks = blocks
        mean = Linear(
            "encoder.z_mean", inputs: inputs, outputs: configuration.latent, convolution: true, in: store,
            using: &generator)
        logVariance = Linear(
            "encoder.z_lsig", inputs: inputs, outputs: configuration.latent, convolution: true, in: store,
            using: &generator)
    }

    /// Mean and log-variance `[latent, N]` of gaits, labels and phases `[C, N, V, T]`.
    func callAsFunction(
        _ input: Tensor, training: Bool, using generator: inout some RandomNumberGenerator
    ) -> (mean: Tensor, logVariance: Tensor) {
        var values = norm(input, training: training)
        for block in blocks { values = block(values, training: training, using: &generator) }
        let pooled = pool(values)
        return (mean(pooled), logVariance(pooled))
    }

    /// Adds to the gradients of every parameter, given those of the last call's results.
    func backward(mean meanGradient: Tensor, logVariance logVarianceGradient: Tensor) {
        let pooled = Shape(channels: mean.inputs, batch: meanGradient.shape.batch)
        pooledGradient.copy(from: mean.backward(meanGradient, inputShape: pooled))
        pooledGradient.add(logVariance.backward(logVarianceGradient, inputShape: pooled))
        var gradient = pool.backward(pooledGradient)
        for block in blocks.reversed() { gradient = block.backward(gradient) }
        _ = norm.backward(gradient)
    }
}

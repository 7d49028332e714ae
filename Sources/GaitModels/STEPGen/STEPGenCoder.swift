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

/// STEP-Gen's decoder: latent and label to features of every joint and frame, ST-GDCN layers of transposed
/// convolutions, and a last scale for every joint's coordinate.
final class STEPGenDecoder {
    private let configuration: STEPGenConfiguration
    private let seed: Linear
    private let blocks: [SpatialTemporalBlock]
    private let output: BatchNorm
    /// The seed's features spread over joints and frames, and the phase's channels after them.
    private let spread = Tensor()
    private let seedGradient = Tensor()

    init(
        _ configuration: STEPGenConfiguration, graph: SparseGraph, in store: ParameterStore,
        using generator: inout some RandomNumberGenerator
    ) {
        self.configuration = configuration
        seed = Linear(
            "decoder.fcn", inputs: configuration.latent + configuration.labels.count,
            outputs: configuration.seedWidth * (configuration.jointwise ? Joint.count : 1), form: .transposed,
            convolution: true, in: store, using: &generator)
        var blocks: [SpatialTemporalBlock] = []
        var inputs = configuration.seedWidth + configuration.phaseChannels
        for (index, block) in configuration.decoder.enumerated() {
            let isLast = index == configuration.decoder.count - 1
            blocks.append(
                SpatialTemporalBlock(
                    "decoder.decoder.\(index).",
                    importance: configuration.edgeImportance ? "decoder.edge_importance.\(index)" : nil,
                    inputs: inputs, block: block, kernel: configuration.kernel, graph: graph,
                    form: .transposed, rectified: !isLast || configuration.output == .normalised, in: store,
                    using: &generator))
            inputs = block.width
        }
        self.blocks = blocks
        output = BatchNorm(
            "decoder.data_bn", channels: Gait.valuesPerFrame, grouping: .jointCoordinates, in: store)
    }

    /// Makes the last layer's output of mean 0 and variance 1 the training gaits' values.
    ///
    /// - Parameters: of each joint's coordinate, `[48]`.
    func setOutput(mean: [Float], deviation: [Float]) {
        output.setAffine(scale: deviation, shift: mean)
    }

    /// The gaits' values `[3, N, V, T]`.
    ///
    /// - Parameters:
    ///   - code: latents, and classes one-hot after them, `[latent + L, N]`.
    ///   - phases: `[N][4][T]`; ignored if the network is not phased.
    func callAsFunction(
        _ code: Tensor, phases: [[[Float]]], training: Bool,
        using generator: inout some RandomNumberGenerator
    ) -> Tensor {
        spreadSeed(seed(code), phases)
        var values = spread
        for block in blocks { values = block(values, training: training, using: &generator) }
        return output(values, training: training && configuration.output == .normalised)
    }

    /// The gradient of the code, given that of the last training call's values; adds to the gradients of
    /// every parameter.
    func backward(_ gradient: Tensor) -> Tensor {
        var gradient = output.backward(
            gradient, for: configuration.output == .normalised ? .training : .input)
        for block in blocks.reversed() { gradient = block.backward(gradient) }
        gatherSeed(gradient)
        return seed.backward(
            seedGradient, inputShape: Shape(channels: seed.inputs, batch: gradient.shape.batch))
    }

    private func spreadSeed(_ features: Tensor, _ phases: [[[Float]]]) {
        let (batch, frames, width) = (features.shape.batch, configuration.window, configuration.seedWidth)
        spread.reshape(
            to: Shape(
                channels: width + configuration.phaseChannels, batch: batch, joints: Joint.count,
                frames: frames))
        spread.withValues { values in
            features.withValues { features in
                for channel in 0..<width {
                    for sample in 0..<batch {
                        for joint in 0..<Joint.count {
                            let row = ((channel * batch + sample) * Joint.count + joint) * frames
                            values[row..<row + frames].update(
                                repeating: features[place(channel, joint) * batch + sample])
                        }
                    }
                }
            }
        }
        guard configuration.phased else { return }
        spread.fillPhases(phases, from: width)
    }

    private func gatherSeed(_ gradient: Tensor) {
        let (batch, frames) = (gradient.shape.batch, configuration.window)
        seedGradient.reshape(to: Shape(channels: seed.outputs, batch: batch))
        seedGradient.withValues { sums in
            sums.update(repeating: 0)
            gradient.withValues { values in
                for channel in 0..<configuration.seedWidth {
                    for sample in 0..<batch {
                        for joint in 0..<Joint.count {
                            let row = ((channel * batch + sample) * Joint.count + joint) * frames
                            var sum: Float = 0
                            for frame in row..<row + frames { sum += values[frame] }
                            sums[place(channel, joint) * batch + sample] += sum
                        }
                    }
                }
            }
        }
    }

    /// Which output of the seed's layer a joint has for a channel.
    private func place(_ channel: Int, _ joint: Int) -> Int {
        configuration.jointwise ? channel * Joint.count + joint : channel
    }
}

extension Tensor {
    /// Writes the phases of each gait `[N][4][T]` into the channels from `first` on, the same for every joint.
    func fillPhases(_ phases: [[[Float]]], from first: Int) {
        let shape = shape
        withValues { values in
            for (sample, channels) in phases.enumerated() {
                for (index, channel) in channels.enumerated() {
                    for joint in 0..<shape.joints {
                        let row =
                            (((first + index) * shape.batch + sample) * shape.joints + joint) * shape.frames
                        for frame in 0..<shape.frames { values[row + frame] = channel[frame] }
                    }
                }
            }
        }
    }
}

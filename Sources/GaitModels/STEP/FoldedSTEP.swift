import Gait
package import NeuralNetwork

/// STEP for inference: every BatchNorm folded into its neighbors, kernel spectra computed once.
///
/// Not thread-safe: it owns its intermediate tensors, which it keeps between calls.
package final class FoldedSTEP {
    private let inputScale: [Float]
    private let inputShift: [Float]
    private let blocks: [(spatial: FoldedGraphConvolution, temporal: FoldedTemporalConvolution)]
    private let pool = AveragePool()
    private let head: STEPHead
    private let classes: Int
    private let normalised = Tensor()
    /// The pooled features `[C, N]` of the last call.
    package private(set) var pooled = Tensor()

    /// Folds a network in its present state.
    package init(_ network: STEP) {
        (inputScale, inputShift) = network.inputNorm.affine()
        head = network.head
        classes = network.configuration.labels.count
        var frames = network.configuration.window
        blocks = network.blocks.map { block in
            let residual =
                block.projection.map {
                    FoldedTemporalConvolution.Residual.projection($0.convolution, $0.norm)
                }
                ?? (block.residual == .identity ? .identity : .none)
            let temporal = FoldedTemporalConvolution(
                block.temporalConvolution, block.temporalNorm, residual: residual, frames: frames,
                in: network.store)
            let stride = block.temporalConvolution.stride
            frames = (frames + stride - 1) / stride
            return (
                FoldedGraphConvolution(block.graphConvolution, block.graphNorm, in: network.store), temporal
            )
        }
    }

    /// The logits `[classes, N]` of windows `[C, N, V, T]` with scaled affective features `[features, N]`.
    package func callAsFunction(_ input: Tensor, affective: Tensor) -> Tensor {
        DenormalNumbers.flushed { logits(input, affective: affective) }
    }

    private func logits(_ input: Tensor, affective: Tensor) -> Tensor {
        normalised.reshape(to: input.shape)
        input.affine(
            scale: inputScale, shift: inputShift, channelsPerJoint: input.shape.channels, into: normalised)
        var values = normalised
        for block in blocks {
            values = block.temporal(block.spatial(values), blockInput: values)
        }
        pooled = pool(values)
        var unused = SeededGenerator(seed: 0)
        return head(pooled, affective: affective, training: false, using: &unused)
    }
}

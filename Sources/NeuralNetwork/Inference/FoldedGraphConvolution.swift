/// A graph convolution, the batch normalization after it and the rectification, as one product for inference.
///
/// The normalization's scale is multiplied into the weights, the edge importance into the adjacency, and all that is
/// added comes to one number per channel and joint.
package final class FoldedGraphConvolution {
    private let inputs: Int
    private let outputs: Int
    private let graph: SparseGraph
    /// `[K * inputs, outputs]`.
    private let weight: [Float]
    /// `[outputs, V]`.
    private let bias: [Float]
    private let spread = Tensor()
    private let output = Tensor()

    /// Folds two layers in their present state.
    package init(_ layer: GraphConvolution, _ normalisation: BatchNorm, in store: ParameterStore) {
        let (scale, shift) = normalisation.affine()
        (inputs, outputs) = (layer.inputs, layer.outputs)
        let factors = layer.importance.map { store.values($0) }
        let dense = layer.graph.dense.enumerated().map { $1 * (factors?[$0] ?? 1) }
        let partitions = layer.graph.partitions
        let joints = layer.graph.joints
        graph = SparseGraph(dense: dense, partitions: partitions, joints: joints)

        let source = store.values(layer.weight)
        var weight = [Float](repeating: 0, count: outputs * partitions * inputs)
        for k in 0..<partitions {
            for row in 0..<outputs {
                for column in 0..<inputs {
                    weight[(k * inputs + column) * outputs + row] =
                        scale[row] * source[(k * outputs + row) * inputs + column]
                }
            }
        }
        self.weight = weight
        bias = layer.jointBias().enumerated().map { scale[$0 / joints] * $1 + shift[$0 / joints] }
    }

    /// `[inputs, N, V, T]` to the rectified `[outputs, N, V, T]`.
    package func callAsFunction(_ input: Tensor) -> Tensor {
        let shape = input.shape.with(channels: outputs)
        graph.spread(input, importance: nil, into: spread)
        output.reshape(to: shape)
        let depth = graph.partitions * inputs
        BLAS.multiply(
            weight, .transposed, leadingA: outputs, spread.base, leadingB: shape.columns, into: output.base,
            leadingC: shape.columns, rows: outputs, columns: shape.columns, depth: depth)
        for channel in 0..<outputs {
            for row in 0..<shape.batch * shape.joints {
                let shift = bias[channel * shape.joints + row % shape.joints]
                let place = (channel * shape.batch * shape.joints + row) * shape.frames
                Vector.rectify(output.base + place, adding: shift, count: shape.frames)
            }
        }
        return output
    }
}

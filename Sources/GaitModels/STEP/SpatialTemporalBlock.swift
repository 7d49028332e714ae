import NeuralNetwork

/// An ST-GCN layer with its gradients: graph convolution, BatchNorm, ReLU, temporal convolution, BatchNorm,
/// dropout, residual, ReLU. `[Cin, N, V, T]` to `[Cout, N, V, ceil(T / stride)]`. With transposed convolutions, an
/// ST-GDCN layer.
final class SpatialTemporalBlock {
    let graphConvolution: GraphConvolution
    let graphNorm: BatchNorm
    let temporalConvolution: TemporalConvolution
    let temporalNorm: BatchNorm
    let residual: STEPConfiguration.Residual
    /// The residual's 1x1 convolution and normalization, if it has them.
    let projection: (convolution: Linear, norm: BatchNorm)?

    private let rectified: Bool
    private let dropout: Dropout?
    private var inputShape = Shape(channels: 0, batch: 0)
    private var output = Tensor()
    private var rectifiedSpatial = Tensor()
    private let shortcutCopy = Tensor()

    /// - Parameters:
    ///   - prefix: the prefix of the names in the model file, such as `st_gcn_networks.0.`.
    ///   - importance: the name of the edge importance; nil for none.
    ///   - form: of all its convolutions; a transposed block must have a stride of 1.
    ///   - rectified: whether its output is.
    init(
        _ prefix: String, importance: String?, inputs: Int, block: STEPConfiguration.Block, kernel: Int,
        graph: SparseGraph, form: ConvolutionForm = .plain, rectified: Bool = true, dropout: Float = 0,
        in store: ParameterStore, using generator: inout some RandomNumberGenerator
    ) {
        graphConvolution = GraphConvolution(
            "\(prefix)\(form == .plain ? "gcn" : "gctn").conv", importance: importance, inputs: inputs,
            outputs: block.width, graph: graph, form: form, in: store, using: &generator)
        graphNorm = BatchNorm("\(prefix)tcn.0", channels: block.width, in: store)
        temporalConvolution = TemporalConvolution(
            "\(prefix)tcn.2", inputs: block.width, outputs: block.width, kernel: kernel, stride: block.stride,
            form: form, in: store, using: &generator)
        temporalNorm = BatchNorm("\(prefix)tcn.3", channels: block.width, in: store)
        residual = block.residual
        if block.residual == .projection {
            projection = (
                Linear(
                    "\(prefix)residual.0", inputs: inputs, outputs: block.width, stride: block.stride,
                    form: form, convolution: true, in: store, using: &generator),
                BatchNorm("\(prefix)residual.1", channels: block.width, in: store)
            )
        } else {
            projection = nil
        }
        self.rectified = rectified
        self.dropout = dropout > 0 ? Dropout(rate: dropout) : nil
    }

    func callAsFunction(_ input: Tensor, training: Bool, using generator: inout some RandomNumberGenerator)
        -> Tensor
    {
        inputShape = input.shape
        let spatial = graphNorm(graphConvolution(input), training: training)
        ReLU.apply(spatial)
        output = temporalNorm(temporalConvolution(spatial), training: training)
        if training, let dropout { dropout.apply(output, using: &generator) }
        if let projection {
            output.add(projection.norm(projection.convolution(input), training: training))
        } else if residual == .identity {
            output.add(input)
        }
        if rectified { ReLU.apply(output) }
        rectifiedSpatial = spatial
        return output
    }

    /// The gradient of the input; `gradient` is overwritten.
    func backward(_ gradient: Tensor, for pass: BackwardPass = .training) -> Tensor {
        if rectified { ReLU.backward(gradient, output: output, for: pass) }
        var shortcut: Tensor?
        if let projection {
            shortcut = projection.convolution.backward(
                projection.norm.backward(gradient, for: pass), inputShape: inputShape, for: pass)
        } else if residual == .identity {
            shortcutCopy.copy(from: gradient)
            shortcut = shortcutCopy
        }
        if pass == .training { dropout?.backward(gradient) }
        let spatial = temporalConvolution.backward(temporalNorm.backward(gradient, for: pass), for: pass)
        ReLU.backward(spatial, output: rectifiedSpatial, for: pass)
        let result = graphConvolution.backward(graphNorm.backward(spatial, for: pass), for: pass)
        if let shortcut { result.add(shortcut) }
        return result
    }
}

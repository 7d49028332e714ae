/// A temporal convolution with the batch normalization after it, the residual and the rectification, for inference on
/// windows of a fixed number of frames.
package final class FoldedTemporalConvolution {
    /// The term added before the rectification.
    package enum Residual {
        case none
        /// The block's own input, which is overwritten by the result.
        case identity
        /// A 1x1 convolution and the batch normalization after it.
        case projection(Linear, BatchNorm)
    }

    private let inputs: Int
    private let outputs: Int
    private let stride: Int
    /// T: the frames that the kernel's spectrum was made for.
    private let frames: Int
    private let kernel: Kernel
    /// `[outputs]`: all that is added to a channel.
    private let bias: [Float]
    /// `[C, outputs]` of the residual projection.
    private let projection: [Float]
    private let residual: Residual
    private let output = Tensor()
    private let sampled = Tensor()
    private let inputSpectrum = Tensor()
    private let outputSpectrum = Tensor()

    /// The kernel as its path needs it.
    private enum Kernel {
        /// `[inputs, Kt, outputs]`.
        case direct(DirectConvolution, [Float])
        /// Per frequency `[[Wr, -Wi], [Wi, Wr]]`, so that one real product is the complex one; transposed,
        /// `[2 * inputs, 2 * outputs]`.
        case spectral(FourierPlan, [Float])
    }

    /// Folds the layers in their present state.
    package init(
        _ layer: TemporalConvolution, _ normalisation: BatchNorm, residual: Residual, frames: Int,
        in store: ParameterStore
    ) {
        (inputs, outputs, stride) = (layer.inputs, layer.outputs, layer.stride)
        self.frames = frames
        let (scale, shift) = normalisation.affine()
        let row = layer.inputs * layer.kernel
        let source = store.values(layer.weight)
        let weight = (0..<layer.outputs * row).map { scale[$0 / row] * source[$0] }
        var bias = (0..<layer.outputs).map { store.values(layer.bias)[$0] * scale[$0] + shift[$0] }
        if case .projection(let linear, let norm) = residual {
            let (scale, shift) = norm.affine()
            let source = store.values(linear.weight)
            projection = Self.transposed(
                (0..<linear.outputs * linear.inputs).map { scale[$0 / linear.inputs] * source[$0] },
                rows: linear.outputs)
            for channel in 0..<outputs {
                bias[channel] += store.values(linear.bias)[channel] * scale[channel] + shift[channel]
            }
        } else {
            projection = []
        }
        self.bias = bias
        self.residual = residual
        let path = TemporalConvolution.Path.cheapest(
            kernel: layer.kernel, frames: frames, stride: stride, inputs: inputs, outputs: outputs)
        switch path {
        case .direct:
            kernel = .direct(
                DirectConvolution(inputs: inputs, outputs: outputs, kernel: layer.kernel, stride: stride),
                Self.transposed(weight, rows: outputs))
        case .spectral:
            let plan = FourierPlan(frames: frames, kernel: layer.kernel, stride: stride)
            kernel = .spectral(plan, Self.spectrum(of: weight, inputs: inputs, outputs: outputs, plan))
        }
    }

    private static func spectrum(of weight: [Float], inputs: Int, outputs: Int, _ plan: FourierPlan)
        -> [Float]
    {
        let pairs = outputs * inputs
        let plain = Tensor()
        plan.kernel.apply(to: weight, rows: pairs, into: plain)
        var blocks = [Float](repeating: 0, count: plan.frequencies * 4 * pairs)
        for f in 0..<plan.frequencies {
            for row in 0..<outputs {
                for column in 0..<inputs {
                    let real = plain.base[2 * f * pairs + row * inputs + column]
                    let imaginary = plain.base[(2 * f + 1) * pairs + row * inputs + column]
                    let upper = f * 4 * pairs + column * 2 * outputs + row
                    let lower = upper + inputs * 2 * outputs
                    (blocks[upper], blocks[upper + outputs]) = (real, imaginary)
                    (blocks[lower], blocks[lower + outputs]) = (-imaginary, real)
                }
            }
        }
        return blocks
    }

    /// The weights of `rows` outputs with the outputs innermost: OpenBLAS packs the weights again in every product,
    /// and copies whole runs of them only in this order.
    static func transposed(_ weight: [Float], rows: Int) -> [Float] {
        let columns = weight.count / rows
        return (0..<weight.count).map { weight[$0 % rows * columns + $0 / rows] }
    }

    /// - Parameters:
    ///   - input: `[inputs, N, V, T]`, the output of the graph convolution.
    ///   - blockInput: the input of the residual; overwritten if the residual is the identity.
    /// - Returns: `[outputs, N, V, ceil(T / stride)]`.
    package func callAsFunction(_ input: Tensor, blockInput: Tensor) -> Tensor {
        precondition(input.shape.frames == frames, "folded for \(frames) frames, given \(input.shape.frames)")
        let shape = input.shape.with(channels: outputs).with(frames: (frames + stride - 1) / stride)
        let result: Tensor
        if case .identity = residual { result = blockInput } else { result = output }
        result.reshape(to: shape)
        var adding = true
        switch residual {
        case .none: adding = false
        case .identity: break
        case .projection(let linear, _): project(blockInput, inputs: linear.inputs, into: result)
        }
        switch kernel {
        case .direct(let convolution, let weight):
            convolution.forward(input, weight: weight, .transposed, into: result, adding: adding)
        case .spectral(let plan, let blocks):
            plan.signal.apply(to: input, into: inputSpectrum)
            multiply(blocks, plan, columns: input.shape.batch * input.shape.joints)
            plan.inverse.applyTransposed(to: outputSpectrum, into: result.base, adding: adding)
        }
        for channel in 0..<outputs {
            Vector.rectify(result.base + channel * shape.columns, adding: bias[channel], count: shape.columns)
        }
        return result
    }

    private func project(_ blockInput: Tensor, inputs: Int, into result: Tensor) {
        let source = stride == 1 ? blockInput : sampled
        if stride > 1 { Linear.sample(blockInput, every: stride, into: sampled) }
        let columns = result.shape.columns
        BLAS.multiply(
            projection, .transposed, leadingA: outputs, source.base, leadingB: columns, into: result.base,
            leadingC: columns,
            rows: outputs, columns: columns, depth: inputs)
    }

    private func multiply(_ blocks: [Float], _ plan: FourierPlan, columns: Int) {
        outputSpectrum.reshape(to: Shape(channels: 2 * plan.frequencies, batch: outputs * columns))
        blocks.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            for f in 0..<plan.frequencies {
                BLAS.multiply(
                    base + f * 4 * outputs * inputs, .transposed, leadingA: 2 * outputs,
                    inputSpectrum.base + 2 * f * inputs * columns, leadingB: columns,
                    into: outputSpectrum.base + 2 * f * outputs * columns, leadingC: columns,
                    rows: 2 * outputs, columns: columns, depth: 2 * inputs)
            }
        }
    }
}

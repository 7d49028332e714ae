/// A linear map of the channels at every position: a fully connected layer on `[C, N]`, a 1x1 convolution on
/// `[C, N, V, T]`, optionally of every `stride`th frame only.
package final class Linear {
    /// `[outputs, inputs]`, transposed `[inputs, outputs]`; in the model file with two more extents of 1 where it
    /// stands for a convolution.
    package let weight: Parameter
    /// `[outputs]`.
    package let bias: Parameter
    /// The number of output channels.
    package let outputs: Int
    /// The number of input channels.
    package let inputs: Int
    /// Every how many frames the map is applied.
    package let stride: Int

    private let form: ConvolutionForm
    private let store: ParameterStore
    private var input = Tensor()
    private let sampled = Tensor()
    private let output = Tensor()
    private let sampledGradient = Tensor()
    private let inputGradient = Tensor()

    /// Weights and biases are drawn uniformly from +-1/sqrt(inputs).
    ///
    /// - Parameter convolution: whether the model file holds the weight with two more extents of 1.
    package init(
        _ name: String, inputs: Int, outputs: Int, stride: Int = 1, form: ConvolutionForm = .plain,
        convolution: Bool, in store: ParameterStore, using generator: inout some RandomNumberGenerator
    ) {
        let extents = form == .plain ? [outputs, inputs] : [inputs, outputs]
        (weight, bias) = store.declareUniform(
            name, convolution ? extents + [1, 1] : extents, outputs: outputs, inputs: inputs,
            using: &generator)
        (self.inputs, self.outputs, self.stride) = (inputs, outputs, stride)
        (self.form, self.store) = (form, store)
    }

    /// `[inputs, N, V, T]` to `[outputs, N, V, ceil(T / stride)]`.
    package func callAsFunction(_ input: Tensor) -> Tensor {
        self.input = stride == 1 ? input : sampled
        if stride > 1 { Self.sample(input, every: stride, into: sampled) }
        let shape = self.input.shape
        output.reshape(to: shape.with(channels: outputs))
        BLAS.multiply(
            store.values(weight), form == .plain ? .stored : .transposed, leadingA: weight.shape[1],
            self.input.base, leadingB: shape.columns,
            into: output.base, leadingC: shape.columns, rows: outputs, columns: shape.columns, depth: inputs)
        output.add(bias: store.values(bias))
        return output
    }

    /// Adds to the gradients of weight and bias, and returns the gradient of the input of the last call.
    package func backward(_ gradient: Tensor, inputShape: Shape, for pass: BackwardPass = .training)
        -> Tensor
    {
        let columns = gradient.shape.columns
        if pass == .training { accumulate(gradient) }
        let target = stride == 1 ? inputGradient : sampledGradient
        target.reshape(to: gradient.shape.with(channels: inputs))
        BLAS.multiply(
            store.values(weight), form == .plain ? .transposed : .stored, leadingA: weight.shape[1],
            gradient.base, leadingB: columns, into: target.base, leadingC: columns, rows: inputs,
            columns: columns, depth: outputs)
        if stride > 1 {
            inputGradient.reshape(to: inputShape)
            Self.spread(sampledGradient, every: stride, into: inputGradient)
        }
        return inputGradient
    }

    private func accumulate(_ gradient: Tensor) {
        let columns = gradient.shape.columns
        let (left, right) = form == .plain ? (gradient, input) : (input, gradient)
        BLAS.multiply(
            left.base, leadingA: columns, right.base, .transposed, leadingB: columns,
            into: store.gradients(weight), leadingC: right.shape.channels,
            rows: left.shape.channels, columns: right.shape.channels, depth: columns, beta: 1)
        gradient.sumChannels(into: store.gradients(bias))
    }

    /// Copies every `stride`th frame.
    package static func sample(_ input: Tensor, every stride: Int, into output: Tensor) {
        let frames = (input.shape.frames + stride - 1) / stride
        output.reshape(to: input.shape.with(frames: frames))
        for run in 0..<output.shape.count / max(frames, 1) {
            let source = input.base + run * input.shape.frames
            let target = output.base + run * frames
            for frame in 0..<frames { target[frame] = source[frame * stride] }
        }
    }

    /// The transpose of ``sample(_:every:into:)``: puts frames back and zeros between them.
    private static func spread(_ gradient: Tensor, every stride: Int, into output: Tensor) {
        let frames = gradient.shape.frames
        output.base.update(repeating: 0, count: output.shape.count)
        for run in 0..<gradient.shape.count / max(frames, 1) {
            let source = gradient.base + run * frames
            let target = output.base + run * output.shape.frames
            for frame in 0..<frames { target[frame * stride] = source[frame] }
        }
    }
}

/// How a convolution's weight is stored, and which way its kernel runs.
package enum ConvolutionForm: Sendable {
    /// `[outputs, inputs, ...]`, as a convolution has it.
    case plain
    /// `[inputs, outputs, ...]`, as a transposed convolution has it. With a stride of 1 that is a convolution whose
    /// kernel runs backward in time.
    case transposed
}

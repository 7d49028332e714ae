/// A convolution over time, Kt x 1, zero padding (Kt - 1) / 2, with bias: `[inputs, N, V, T]` to
/// `[outputs, N, V, ceil(T / stride)]`.
///
/// Two paths compute the same: ``DirectConvolution`` as a product with the unrolled signal, and
/// ``SpectralConvolution`` in the frequency domain. Which is used is decided by
/// ``Path/cheapest(kernel:frames:stride:inputs:outputs:)``.
package final class TemporalConvolution {
    /// How the convolution is computed.
    package enum Path: String, Sendable {
        case direct
        case spectral

        /// The path with fewer multiplications, for one joint of one gait.
        ///
        /// The unrolled signal of the direct path costs memory traffic beside its multiplications; measured
        /// on kernels of 3 to 31 that is worth a quarter more.
        package static func cheapest(kernel: Int, frames: Int, stride: Int, inputs: Int, outputs: Int) -> Path
        {
            let length = frames + (kernel - 1) / 2
            let bins = 2 * (length / 2 + 1)
            let kept = (frames + stride - 1) / stride
            let direct = Double(kernel * inputs * outputs * kept) * 1.25
            let spectral = Double(bins * (frames * inputs + 2 * inputs * outputs + kept * outputs))
            return direct < spectral ? .direct : .spectral
        }
    }

    /// `[outputs, inputs, Kt, 1]`, transposed `[inputs, outputs, Kt, 1]`.
    package let weight: Parameter
    /// `[outputs]`.
    package let bias: Parameter
    package let inputs: Int
    package let outputs: Int
    /// Kt, odd.
    package let kernel: Int
    package let stride: Int

    private let form: ConvolutionForm
    private let store: ParameterStore
    /// A transposed kernel as the paths take it, `[outputs, inputs, Kt]` and turned round, and its gradient.
    private let turned = Tensor()
    private let turnedGradient = Tensor()
    private let requestedPath: Path?
    private var path = Path.direct
    private let direct: DirectConvolution
    private let spectral: SpectralConvolution
    private let output = Tensor()
    private let inputGradient = Tensor()
    private var input = Tensor()

    /// Weights and biases are drawn uniformly from +-1/sqrt(inputs * Kt).
    ///
    /// - Parameters:
    ///   - path: nil for the cheaper one.
    ///   - form: a transposed convolution has a stride of 1.
    package init(
        _ name: String, inputs: Int, outputs: Int, kernel: Int, stride: Int = 1, path: Path? = nil,
        form: ConvolutionForm = .plain, in store: ParameterStore,
        using generator: inout some RandomNumberGenerator
    ) {
        precondition(kernel % 2 == 1 && kernel > 0, "a temporal kernel of \(kernel)")
        precondition(form == .plain || stride == 1, "a transposed convolution of stride \(stride)")
        let channels = form == .plain ? [outputs, inputs] : [inputs, outputs]
        (weight, bias) = store.declareUniform(
            name, channels + [kernel, 1], outputs: outputs, inputs: inputs * kernel, using: &generator)
        (self.inputs, self.outputs, self.kernel, self.stride) = (inputs, outputs, kernel, stride)
        (self.store, self.form, requestedPath) = (store, form, path)
        direct = DirectConvolution(inputs: inputs, outputs: outputs, kernel: kernel, stride: stride)
        spectral = SpectralConvolution(inputs: inputs, outputs: outputs, kernel: kernel, stride: stride)
    }

    /// The convolution of the input.
    package func callAsFunction(_ input: Tensor) -> Tensor {
        self.input = input
        let frames = input.shape.frames
        path =
            requestedPath
            ?? .cheapest(kernel: kernel, frames: frames, stride: stride, inputs: inputs, outputs: outputs)
        output.reshape(to: input.shape.with(channels: outputs).with(frames: (frames + stride - 1) / stride))
        switch path {
        case .direct: direct.forward(input, weight: plainKernel(), into: output)
        case .spectral: spectral.forward(input, weight: plainKernel(), into: output)
        }
        output.add(bias: store.values(bias))
        return output
    }

    /// Adds to the gradients of kernel and bias, and returns the gradient of the input.
    package func backward(_ gradient: Tensor, for pass: BackwardPass = .training) -> Tensor {
        let learns = pass == .training
        if learns { gradient.sumChannels(into: store.gradients(bias)) }
        let weightGradient = learns ? plainGradient() : nil
        inputGradient.reshape(to: input.shape)
        switch path {
        case .direct:
            direct.backward(
                gradient, input: input, weight: plainKernel(), weightGradient: weightGradient,
                into: inputGradient)
        case .spectral:
            spectral.backward(gradient, weightGradient: weightGradient, into: inputGradient)
        }
        if learns, form == .transposed {
            turn(turnedGradient.base, from: outputs, by: inputs) { store.gradients(weight)[$0] += $1 }
        }
        return inputGradient
    }

    private func plainKernel() -> UnsafePointer<Float> {
        guard form == .transposed else { return UnsafePointer(store.values(weight)) }
        turned.reshape(to: Shape(channels: outputs, batch: inputs, frames: kernel))
        turn(store.values(weight), from: inputs, by: outputs) { turned.base[$0] = $1 }
        return UnsafePointer(turned.base)
    }

    /// Where the paths add the kernel's gradient to.
    private func plainGradient() -> UnsafeMutablePointer<Float> {
        guard form == .transposed else { return store.gradients(weight) }
        turnedGradient.reshape(to: Shape(channels: outputs, batch: inputs, frames: kernel))
        turnedGradient.base.update(repeating: 0, count: turnedGradient.shape.count)
        return turnedGradient.base
    }

    /// Exchanges the first two extents of `[rows, columns, Kt]` and turns time round.
    private func turn(
        _ values: UnsafePointer<Float>, from rows: Int, by columns: Int, _ put: (Int, Float) -> Void
    ) {
        for row in 0..<rows {
            for column in 0..<columns {
                let (source, target) = ((row * columns + column) * kernel, (column * rows + row) * kernel)
                for k in 0..<kernel { put(target + kernel - 1 - k, values[source + k]) }
            }
        }
    }
}

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

    /// `[outputs, inputs, Kt, 1]`.
    package let weight: Parameter
    /// `[outputs]`.
    package let bias: Parameter
    package let inputs: Int
    package let outputs: Int
    /// Kt, odd.
    package let kernel: Int
    package let stride: Int

    private let store: ParameterStore
    private let requestedPath: Path?
    private var path = Path.direct
    private let direct: DirectConvolution
    private let spectral: SpectralConvolution
    private let output = Tensor()
    private let inputGradient = Tensor()
    private var input = Tensor()

    /// Weights and biases are drawn uniformly from +-1/sqrt(inputs * Kt).
    ///
    /// - Parameter path: nil for the cheaper one.
    package init(
        _ name: String, inputs: Int, outputs: Int, kernel: Int, stride: Int = 1, path: Path? = nil,
        in store: ParameterStore, using generator: inout some RandomNumberGenerator
    ) {
        precondition(kernel % 2 == 1 && kernel > 0, "a temporal kernel of \(kernel)")
        let bound = 1 / Float(inputs * kernel).squareRoot()
        weight = store.declare("\(name).weight", [outputs, inputs, kernel, 1], .weight) {
            Float.random(in: -bound...bound, using: &generator)
        }
        bias = store.declare("\(name).bias", [outputs], .unregularised) {
            Float.random(in: -bound...bound, using: &generator)
        }
        (self.inputs, self.outputs, self.kernel, self.stride) = (inputs, outputs, kernel, stride)
        (self.store, requestedPath) = (store, path)
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
        case .direct: direct.forward(input, weight: store.values(weight), into: output)
        case .spectral: spectral.forward(input, weight: store.values(weight), into: output)
        }
        let columns = output.shape.columns
        for channel in 0..<outputs {
            let row = output.base + channel * columns
            Vector.affine(row, scale: 1, shift: store.values(bias)[channel], into: row, count: columns)
        }
        return output
    }

    /// Adds to the gradients of kernel and bias, and returns the gradient of the input.
    package func backward(_ gradient: Tensor, for pass: BackwardPass = .training) -> Tensor {
        let learns = pass == .training
        let columns = gradient.shape.columns
        if learns {
            for channel in 0..<outputs {
                store.gradients(bias)[channel] += Vector.sum(
                    gradient.base + channel * columns, count: columns)
            }
        }
        let weightGradient = learns ? store.gradients(weight) : nil
        inputGradient.reshape(to: input.shape)
        switch path {
        case .direct:
            direct.backward(
                gradient, input: input, weight: store.values(weight), weightGradient: weightGradient,
                into: inputGradient)
        case .spectral:
            spectral.backward(gradient, weightGradient: weightGradient, into: inputGradient)
        }
        return inputGradient
    }
}

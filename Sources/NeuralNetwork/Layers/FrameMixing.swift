/// A linear map of the frames of every channel, sample and joint: the token mixing of a mixer (Tolstikhin et al. 2021).
///
/// Frames are stored innermost, so that all channels and samples are the rows of one matrix product.
package final class FrameMixing {
    /// `[outputs, inputs]`, frames by frames.
    package let weight: Parameter
    /// `[outputs]`.
    package let bias: Parameter
    /// The number of frames that come out.
    package let outputs: Int
    /// The number of frames that go in.
    package let inputs: Int

    private let store: ParameterStore
    private var input = Tensor()
    private let output = Tensor()
    private let inputGradient = Tensor()

    /// Weights and biases are drawn uniformly from +-1/sqrt(inputs).
    package init(
        _ name: String, inputs: Int, outputs: Int, in store: ParameterStore,
        using generator: inout some RandomNumberGenerator
    ) {
        (weight, bias) = store.declareUniform(
            name, [outputs, inputs], outputs: outputs, inputs: inputs, using: &generator)
        (self.inputs, self.outputs, self.store) = (inputs, outputs, store)
    }

    /// `[C, N, V, inputs]` to `[C, N, V, outputs]`.
    package func callAsFunction(_ input: Tensor) -> Tensor {
        precondition(input.shape.frames == inputs, "\(input.shape.frames) frames for \(inputs)")
        self.input = input
        output.reshape(to: input.shape.with(frames: outputs))
        let rows = Self.rows(of: input)
        // Every row begins as the bias, and the product is added to it.
        let biases = UnsafePointer(store.values(bias))
        for row in 0..<rows { (output.base + row * outputs).update(from: biases, count: outputs) }
        BLAS.multiply(
            input.base, leadingA: inputs, store.values(weight), .transposed, leadingB: inputs,
            into: output.base, leadingC: outputs, rows: rows, columns: outputs, depth: inputs, beta: 1)
        return output
    }

    /// Adds to the gradients of weight and bias, and returns the gradient of the input of the last call.
    package func backward(_ gradient: Tensor) -> Tensor {
        let rows = Self.rows(of: gradient)
        BLAS.multiply(
            gradient.base, .transposed, leadingA: outputs, input.base, leadingB: inputs,
            into: store.gradients(weight), leadingC: inputs, rows: outputs, columns: inputs, depth: rows,
            beta: 1)
        let sums = store.gradients(bias)
        for row in 0..<rows { Vector.add(gradient.base + row * outputs, into: sums, count: outputs) }
        inputGradient.reshape(to: gradient.shape.with(frames: inputs))
        BLAS.multiply(
            gradient.base, leadingA: outputs, store.values(weight), leadingB: inputs,
            into: inputGradient.base, leadingC: inputs, rows: rows, columns: inputs, depth: outputs)
        return inputGradient
    }

    private static func rows(of tensor: Tensor) -> Int {
        tensor.shape.channels * tensor.shape.batch * tensor.shape.joints
    }
}

/// The temporal convolution as one matrix product per gait with the signal unrolled to `[inputs * Kt, V *
/// T']`.
///
/// One gait at a time keeps the unrolled signal in the second-level cache.
final class DirectConvolution {
    private let inputs: Int
    private let outputs: Int
    private let kernel: Int
    private let stride: Int
    private let unrolled = Tensor()

    init(inputs: Int, outputs: Int, kernel: Int, stride: Int) {
        (self.inputs, self.outputs, self.kernel, self.stride) = (inputs, outputs, kernel, stride)
    }

    /// `weight` is `[outputs, inputs, Kt]`; replaces the output or adds to it.
    func forward(_ input: Tensor, weight: UnsafePointer<Float>, into output: Tensor, adding: Bool = false) {
        let columns = output.shape.joints * output.shape.frames
        for sample in 0..<input.shape.batch {
            unroll(input, sample: sample, outputFrames: output.shape.frames)
            BLAS.multiply(
                weight, leadingA: inputs * kernel, unrolled.base, leadingB: columns,
                into: output.base + sample * columns, leadingC: output.shape.columns,
                rows: outputs, columns: columns, depth: inputs * kernel, beta: adding ? 1 : 0)
        }
    }

    /// The gradients of ``forward(_:weight:into:adding:)``: adds to the weight's, if it is wanted, and replaces
    /// the input's.
    func backward(
        _ gradient: Tensor, input: Tensor, weight: UnsafePointer<Float>,
        weightGradient: UnsafeMutablePointer<Float>?, into inputGradient: Tensor
    ) {
        let columns = gradient.shape.joints * gradient.shape.frames
        inputGradient.base.update(repeating: 0, count: inputGradient.shape.count)
        for sample in 0..<input.shape.batch {
            if let weightGradient {
                unroll(input, sample: sample, outputFrames: gradient.shape.frames)
                BLAS.multiply(
                    gradient.base + sample * columns, leadingA: gradient.shape.columns,
                    unrolled.base, .transposed, leadingB: columns,
                    into: weightGradient, leadingC: inputs * kernel,
                    rows: outputs, columns: inputs * kernel, depth: columns, beta: 1)
            }
            BLAS.multiply(
                weight, .transposed, leadingA: inputs * kernel,
                gradient.base + sample * columns, leadingB: gradient.shape.columns,
                into: unrolled.base, leadingC: columns,
                rows: inputs * kernel, columns: columns, depth: outputs)
            roll(into: inputGradient, sample: sample, outputFrames: gradient.shape.frames)
        }
    }

    /// Calls `body` for every run of the unrolled signal with its place there, its place in the input, and
    /// the frames for which the input has a value; the others are padding.
    @inline(__always)
    private func forEachRun(
        _ shape: Shape, sample: Int, outputFrames: Int,
        _ body: (_ unrolledStart: Int, _ inputStart: Int, _ valid: Range<Int>) -> Void
    ) {
        let padding = (kernel - 1) / 2
        for channel in 0..<inputs {
            for tap in 0..<kernel {
                let shift = tap - padding
                // input frame = output frame * stride + shift, within 0..<frames
                let first = shift >= 0 ? 0 : min((-shift + stride - 1) / stride, outputFrames)
                let reachable = shape.frames - shift
                let last =
                    reachable <= 0 ? first : max(first, min(outputFrames, (reachable + stride - 1) / stride))
                for joint in 0..<shape.joints {
                    body(
                        ((channel * kernel + tap) * shape.joints + joint) * outputFrames,
                        ((channel * shape.batch + sample) * shape.joints + joint) * shape.frames + shift,
                        first..<last)
                }
            }
        }
    }

    private func unroll(_ input: Tensor, sample: Int, outputFrames: Int) {
        let shape = input.shape
        unrolled.reshape(
            to: Shape(channels: inputs * kernel, batch: 1, joints: shape.joints, frames: outputFrames))
        forEachRun(shape, sample: sample, outputFrames: outputFrames) { unrolledStart, inputStart, valid in
            let target = unrolled.base + unrolledStart
            for frame in 0..<valid.lowerBound { target[frame] = 0 }
            for frame in valid { target[frame] = input.base[inputStart + frame * stride] }
            for frame in valid.upperBound..<outputFrames { target[frame] = 0 }
        }
    }

    private func roll(into inputGradient: Tensor, sample: Int, outputFrames: Int) {
        forEachRun(inputGradient.shape, sample: sample, outputFrames: outputFrames) {
            unrolledStart, inputStart, valid in
            let source = unrolled.base + unrolledStart
            for frame in valid { inputGradient.base[inputStart + frame * stride] += source[frame] }
        }
    }
}

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
    /// One channel's frames by their remainder modulo the stride, `[stride, V, frames]`, zeros at both ends.
    private let phases = Tensor()
    private var phasedShape = Shape(channels: 0, batch: 0)
    /// How many floats are copied at a time; both buffers have so many to spare.
    private static let lanes = 8

    init(inputs: Int, outputs: Int, kernel: Int, stride: Int) {
        (self.inputs, self.outputs, self.kernel, self.stride) = (inputs, outputs, kernel, stride)
    }

    /// `weight` is `[outputs, inputs, Kt]`, or transposed `[inputs, Kt, outputs]`, which OpenBLAS packs in a
    /// fraction of the time; replaces the output or adds to it.
    func forward(
        _ input: Tensor, weight: UnsafePointer<Float>, _ operand: BLAS.Operand = .stored,
        into output: Tensor, adding: Bool = false
    ) {
        let columns = output.shape.joints * output.shape.frames
        let leading = operand == .stored ? inputs * kernel : outputs
        for sample in 0..<input.shape.batch {
            unroll(input, sample: sample, outputFrames: output.shape.frames)
            BLAS.multiply(
                weight, operand, leadingA: leading, unrolled.base, leadingB: columns,
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

    /// Adds the unrolled gradient to the input's: the transpose of ``unroll(_:sample:outputFrames:)``.
    private func roll(into inputGradient: Tensor, sample: Int, outputFrames: Int) {
        let shape = inputGradient.shape
        let padding = (kernel - 1) / 2
        for channel in 0..<inputs {
            for tap in 0..<kernel {
                let shift = tap - padding
                // input frame = output frame * stride + shift, within 0..<frames; the others are padding
                let first = shift >= 0 ? 0 : min((-shift + stride - 1) / stride, outputFrames)
                let reachable = shape.frames - shift
                let last =
                    reachable <= 0 ? first : max(first, min(outputFrames, (reachable + stride - 1) / stride))
                for joint in 0..<shape.joints {
                    let row = (channel * shape.batch + sample) * shape.joints + joint
                    let target = inputGradient.base + row * shape.frames
                    let source =
                        unrolled.base + ((channel * kernel + tap) * shape.joints + joint) * outputFrames
                    for frame in first..<last { target[frame * stride + shift] += source[frame] }
                }
            }
        }
    }

    private func unroll(_ input: Tensor, sample: Int, outputFrames: Int) {
        let joints = input.shape.joints
        let padding = (kernel - 1) / 2
        // Phase frames before the first and after the last output frame.
        let before = (padding + stride - 1) / stride
        let length = before + outputFrames + padding / stride
        preparePhases(input.shape, length: length)
        let count = inputs * kernel * joints * outputFrames
        unrolled.reshape(to: Shape(channels: 1, batch: count + Self.lanes))
        var target = unrolled.base
        for channel in 0..<inputs {
            let rows = input.base + (channel * input.shape.batch + sample) * joints * input.shape.frames
            split(rows, frames: input.shape.frames, joints: joints, before: before, length: length)
            for tap in 0..<kernel {
                let shift = tap - padding
                let phase = (shift % stride + stride) % stride
                let start = before + (shift - phase) / stride
                var source = phases.base + phase * joints * length + start
                for _ in 0..<joints {
                    Self.copy(source, into: target, count: outputFrames)
                    source += length
                    target += outputFrames
                }
            }
        }
    }

    /// Makes room for the phases of a channel, and zeros everywhere else.
    private func preparePhases(_ shape: Shape, length: Int) {
        let wanted = Shape(channels: stride, batch: 1, joints: shape.joints, frames: length)
        guard phasedShape != shape.with(channels: length) else { return }
        phasedShape = shape.with(channels: length)
        phases.reshape(to: Shape(channels: 1, batch: wanted.count + Self.lanes))
        phases.base.update(repeating: 0, count: wanted.count + Self.lanes)
    }

    /// Deals the frames of one channel out to the phases.
    private func split(
        _ rows: UnsafePointer<Float>, frames: Int, joints: Int, before: Int, length: Int
    ) {
        for phase in 0..<stride {
            let count = min((frames - phase + stride - 1) / stride, length - before)
            for joint in 0..<joints {
                let source = rows + joint * frames + phase
                let target = phases.base + (phase * joints + joint) * length + before
                if stride == 2 {
                    // A constant factor, so that the compiler makes vectors of it.
                    for frame in 0..<count { target[frame] = source[frame * 2] }
                } else {
                    for frame in 0..<count { target[frame] = source[frame * stride] }
                }
            }
        }
    }

    /// Copies whole vectors: less than one of them is written beyond the run, and overwritten by the next.
    @inline(__always)
    private static func copy(
        _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int
    ) {
        let (from, to) = (UnsafeRawPointer(source), UnsafeMutableRawPointer(target))
        for offset in Swift.stride(from: 0, to: count * 4, by: lanes * 4) {
            to.storeBytes(
                of: from.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self), toByteOffset: offset,
                as: SIMD8<Float>.self)
        }
    }
}

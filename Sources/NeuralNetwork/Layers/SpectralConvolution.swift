import Foundation

/// The temporal convolution in the frequency domain: transform, one complex product `[outputs, inputs]` by
/// `[inputs, N * V]` per frequency, transform back to the frames that the stride keeps.
///
/// Its cost grows with T and hardly with Kt, so that a kernel of 75 costs little more than one of 9.
final class SpectralConvolution {
    private let inputs: Int
    private let outputs: Int
    private let kernel: Int
    private let stride: Int
    private var plan: FourierPlan?
    private let inputSpectrum = Tensor()
    private let outputSpectrum = Tensor()
    private let kernelSpectrum = Tensor()
    private let outputSpectrumGradient = Tensor()
    private let inputSpectrumGradient = Tensor()
    private let kernelSpectrumGradient = Tensor()

    init(inputs: Int, outputs: Int, kernel: Int, stride: Int) {
        (self.inputs, self.outputs, self.kernel, self.stride) = (inputs, outputs, kernel, stride)
    }

    /// `weight` is `[outputs, inputs, Kt]`; its spectrum is kept for the backward pass.
    func forward(_ input: Tensor, weight: UnsafePointer<Float>, into output: Tensor) {
        let plan = plan(for: input.shape.frames)
        plan.transform(input, into: inputSpectrum)
        transformKernel(weight, plan)
        multiply(plan, columns: input.shape.batch * input.shape.joints)
        plan.invert(outputSpectrum, into: output, adding: false)
    }

    private func plan(for frames: Int) -> FourierPlan {
        if let plan, plan.frames == frames { return plan }
        let plan = FourierPlan(frames: frames, kernel: kernel, stride: stride)
        self.plan = plan
        return plan
    }

    private func transformKernel(_ weight: UnsafePointer<Float>, _ plan: FourierPlan) {
        let pairs = outputs * inputs
        kernelSpectrum.reshape(to: Shape(channels: 2 * plan.frequencies, batch: pairs))
        BLAS.multiply(
            plan.kernelForward, leadingA: kernel, weight, .transposed, leadingB: kernel,
            into: kernelSpectrum.base, leadingC: pairs,
            rows: 2 * plan.frequencies, columns: pairs, depth: kernel)
    }

    /// `Y = W X` per frequency, in real arithmetic: `Yr = Wr Xr - Wi Xi`, `Yi = Wr Xi + Wi Xr`.
    private func multiply(_ plan: FourierPlan, columns: Int) {
        outputSpectrum.reshape(to: Shape(channels: 2 * plan.frequencies, batch: outputs * columns))
        for f in 0..<plan.frequencies {
            let w = kernelSpectrum.base + 2 * f * outputs * inputs
            let x = inputSpectrum.base + 2 * f * inputs * columns
            let y = outputSpectrum.base + 2 * f * outputs * columns
            let (wi, xi, yi) = (w + outputs * inputs, x + inputs * columns, y + outputs * columns)
            product(w, x, into: y, columns: columns)
            product(wi, xi, into: y, columns: columns, alpha: -1, beta: 1)
            product(w, xi, into: yi, columns: columns)
            product(wi, x, into: yi, columns: columns, beta: 1)
        }
    }

    private func product(
        _ w: UnsafePointer<Float>, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>,
        columns: Int,
        alpha: Float = 1, beta: Float = 0
    ) {
        BLAS.multiply(
            w, leadingA: inputs, x, leadingB: columns, into: y, leadingC: columns,
            rows: outputs, columns: columns, depth: inputs, alpha: alpha, beta: beta)
    }

    /// The gradients of the last ``forward(_:weight:into:)``, the weight's if it is wanted; every step is the
    /// transpose of one there.
    func backward(
        _ gradient: Tensor, weightGradient: UnsafeMutablePointer<Float>?, into inputGradient: Tensor
    ) {
        let plan = plan(for: inputGradient.shape.frames)
        let columns = gradient.shape.batch * gradient.shape.joints
        plan.transposedInvert(gradient, into: outputSpectrumGradient)
        kernelSpectrumGradient.reshape(to: kernelSpectrum.shape)
        inputSpectrumGradient.reshape(to: inputSpectrum.shape)
        for f in 0..<plan.frequencies {
            if weightGradient != nil { backwardKernel(f, columns: columns) }
            backwardInput(f, columns: columns)
        }
        if let weightGradient {
            let pairs = outputs * inputs
            BLAS.multiply(
                kernelSpectrumGradient.base, .transposed, leadingA: pairs, plan.kernelForward,
                leadingB: kernel, into: weightGradient, leadingC: kernel,
                rows: pairs, columns: kernel, depth: 2 * plan.frequencies, beta: 1)
        }
        plan.transposedTransform(inputSpectrumGradient, into: inputGradient)
    }

    /// `dWr = dYr Xr' + dYi Xi'`, `dWi = dYi Xr' - dYr Xi'`.
    private func backwardKernel(_ f: Int, columns: Int) {
        let dw = kernelSpectrumGradient.base + 2 * f * outputs * inputs
        let dy = outputSpectrumGradient.base + 2 * f * outputs * columns
        let x = inputSpectrum.base + 2 * f * inputs * columns
        let (dwi, dyi, xi) = (dw + outputs * inputs, dy + outputs * columns, x + inputs * columns)
        correlate(dy, x, into: dw, columns: columns)
        correlate(dyi, xi, into: dw, columns: columns, beta: 1)
        correlate(dyi, x, into: dwi, columns: columns)
        correlate(dy, xi, into: dwi, columns: columns, alpha: -1, beta: 1)
    }

    private func correlate(
        _ dy: UnsafePointer<Float>, _ x: UnsafePointer<Float>, into dw: UnsafeMutablePointer<Float>,
        columns: Int,
        alpha: Float = 1, beta: Float = 0
    ) {
        BLAS.multiply(
            dy, leadingA: columns, x, .transposed, leadingB: columns, into: dw, leadingC: inputs,
            rows: outputs, columns: inputs, depth: columns, alpha: alpha, beta: beta)
    }

    /// `dXr = Wr' dYr + Wi' dYi`, one product since both are stored one above the other;
    /// `dXi = Wr' dYi - Wi' dYr`.
    private func backwardInput(_ f: Int, columns: Int) {
        let w = kernelSpectrum.base + 2 * f * outputs * inputs
        let dy = outputSpectrumGradient.base + 2 * f * outputs * columns
        let dx = inputSpectrumGradient.base + 2 * f * inputs * columns
        let (wi, dyi, dxi) = (w + outputs * inputs, dy + outputs * columns, dx + inputs * columns)
        BLAS.multiply(
            w, .transposed, leadingA: inputs, dy, leadingB: columns, into: dx, leadingC: columns,
            rows: inputs, columns: columns, depth: 2 * outputs)
        BLAS.multiply(
            w, .transposed, leadingA: inputs, dyi, leadingB: columns, into: dxi, leadingC: columns,
            rows: inputs, columns: columns, depth: outputs)
        BLAS.multiply(
            wi, .transposed, leadingA: inputs, dy, leadingB: columns, into: dxi, leadingC: columns,
            rows: inputs, columns: columns, depth: outputs, alpha: -1, beta: 1)
    }
}

/// The real Fourier transforms that turn a zero-padded temporal convolution into products per frequency.
///
/// With P = (Kt - 1) / 2 and L = T + P, a circular convolution of length L equals the one with P zeros at
/// both ends: what wraps round falls on the P zeros that L adds. A real signal of length L has F = floor(L /
/// 2) + 1 frequencies. Row 2f of each matrix is the real part, row 2f + 1 the imaginary part.
final class FourierPlan {
    let frames: Int
    let kernel: Int
    let stride: Int
    /// T divided by the stride, rounded up.
    let outputFrames: Int
    /// F.
    let frequencies: Int
    /// `[2F, T]`: signal to spectrum.
    let forward: [Float]
    /// `[2F, Kt]`: kernel to spectrum, conjugated since the layer correlates, and shifted by P.
    let kernelForward: [Float]
    /// `[2F, outputFrames]`: spectrum to the frames that the stride keeps. Bins count twice, except the first and, if
    /// L is even, the last.
    let inverse: [Float]

    init(frames: Int, kernel: Int, stride: Int) {
        let padding = (kernel - 1) / 2
        let length = frames + padding
        let frequencies = length / 2 + 1
        let outputFrames = (frames + stride - 1) / stride
        (self.frames, self.kernel, self.stride) = (frames, kernel, stride)
        (self.outputFrames, self.frequencies) = (outputFrames, frequencies)
        // Sines and cosines of whole multiples of the base angle, exact to the last bit by reduction first.
        let cosines = (0..<length).map { cos(2 * Double.pi * Double($0) / Double(length)) }
        let sines = (0..<length).map { sin(2 * Double.pi * Double($0) / Double(length)) }
        func angle(_ product: Int) -> Int { ((product % length) + length) % length }

        var forward = [Float](repeating: 0, count: 2 * frequencies * frames)
        var kernelForward = [Float](repeating: 0, count: 2 * frequencies * kernel)
        var inverse = [Float](repeating: 0, count: 2 * frequencies * outputFrames)
        for f in 0..<frequencies {
            for t in 0..<frames {
                forward[2 * f * frames + t] = Float(cosines[angle(f * t)])
                forward[(2 * f + 1) * frames + t] = Float(-sines[angle(f * t)])
            }
            for k in 0..<kernel {
                kernelForward[2 * f * kernel + k] = Float(cosines[angle(f * (k - padding))])
                kernelForward[(2 * f + 1) * kernel + k] = Float(sines[angle(f * (k - padding))])
            }
            let single = f == 0 || 2 * f == length
            let scale = (single ? 1.0 : 2.0) / Double(length)
            for t in 0..<outputFrames {
                inverse[2 * f * outputFrames + t] = Float(scale * cosines[angle(f * t * stride)])
                inverse[(2 * f + 1) * outputFrames + t] = Float(-scale * sines[angle(f * t * stride)])
            }
        }
        (self.forward, self.kernelForward, self.inverse) = (forward, kernelForward, inverse)
    }

    /// `[C, N, V, T]` to the spectrum `[2F, C * N * V]`.
    func transform(_ input: Tensor, into spectrum: Tensor) {
        let rows = input.shape.count / frames
        spectrum.reshape(to: Shape(channels: 2 * frequencies, batch: rows))
        BLAS.multiply(
            forward, leadingA: frames, input.base, .transposed, leadingB: frames, into: spectrum.base,
            leadingC: rows,
            rows: 2 * frequencies, columns: rows, depth: frames)
    }

    /// The transpose of ``transform(_:into:)``: a gradient of the spectrum to one of the signal.
    func transposedTransform(_ spectrum: Tensor, into gradient: Tensor) {
        let rows = spectrum.shape.batch
        BLAS.multiply(
            spectrum.base, .transposed, leadingA: rows, forward, leadingB: frames, into: gradient.base,
            leadingC: frames, rows: rows, columns: frames, depth: 2 * frequencies)
    }

    /// The spectrum `[2F, C * N * V]` to `[C, N, V, outputFrames]`, replacing or adding to the current values.
    func invert(_ spectrum: Tensor, into output: Tensor, adding: Bool) {
        let rows = spectrum.shape.batch
        BLAS.multiply(
            spectrum.base, .transposed, leadingA: rows, inverse, leadingB: outputFrames, into: output.base,
            leadingC: outputFrames, rows: rows, columns: outputFrames, depth: 2 * frequencies,
            beta: adding ? 1 : 0)
    }

    /// The transpose of ``invert(_:into:adding:)``: a gradient of the output to one of the spectrum.
    func transposedInvert(_ gradient: Tensor, into spectrum: Tensor) {
        let rows = gradient.shape.count / outputFrames
        spectrum.reshape(to: Shape(channels: 2 * frequencies, batch: rows))
        BLAS.multiply(
            inverse, leadingA: outputFrames, gradient.base, .transposed, leadingB: outputFrames,
            into: spectrum.base, leadingC: rows, rows: 2 * frequencies, columns: rows, depth: outputFrames)
    }
}

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
        plan.signal.apply(to: input, into: inputSpectrum)
        plan.kernel.apply(to: weight, rows: outputs * inputs, into: kernelSpectrum)
        multiply(plan, columns: input.shape.batch * input.shape.joints)
        plan.inverse.applyTransposed(to: outputSpectrum, into: output.base)
    }

    private func plan(for frames: Int) -> FourierPlan {
        if let plan, plan.signal.length == frames { return plan }
        let plan = FourierPlan(frames: frames, kernel: kernel, stride: stride)
        self.plan = plan
        return plan
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
        plan.inverse.apply(to: gradient, into: outputSpectrumGradient)
        kernelSpectrumGradient.reshape(to: kernelSpectrum.shape)
        inputSpectrumGradient.reshape(to: inputSpectrum.shape)
        for f in 0..<plan.frequencies {
            if weightGradient != nil { backwardKernel(f, columns: columns) }
            backwardInput(f, columns: columns)
        }
        if let weightGradient {
            plan.kernel.applyTransposed(to: kernelSpectrumGradient, into: weightGradient, adding: true)
        }
        plan.signal.applyTransposed(to: inputSpectrumGradient, into: inputGradient.base)
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
struct FourierPlan {
    /// One transform `[2F, length]`, row major, from rows of real values to spectra `[2F, rows]`.
    struct Transform {
        let length: Int
        let values: [Float]

        init(
            frequencies: Int, length: Int,
            _ value: (_ f: Int, _ index: Int) -> (real: Double, imaginary: Double)
        ) {
            var values = [Float](repeating: 0, count: 2 * frequencies * length)
            for f in 0..<frequencies {
                for index in 0..<length {
                    let (real, imaginary) = value(f, index)
                    values[2 * f * length + index] = Float(real)
                    values[(2 * f + 1) * length + index] = Float(imaginary)
                }
            }
            (self.length, self.values) = (length, values)
        }

        /// The spectra of all rows of a tensor.
        func apply(to signal: Tensor, into spectrum: Tensor) {
            apply(to: signal.base, rows: signal.shape.count / length, into: spectrum)
        }

        /// The spectra of `[rows, length]`.
        func apply(to signal: UnsafePointer<Float>, rows: Int, into spectrum: Tensor) {
            spectrum.reshape(to: Shape(channels: values.count / length, batch: rows))
            BLAS.multiply(
                values, leadingA: length, signal, .transposed, leadingB: length, into: spectrum.base,
                leadingC: rows, rows: values.count / length, columns: rows, depth: length)
        }

        /// The transpose: spectra to `[rows, length]`, replacing or adding to the present values.
        func applyTransposed(
            to spectrum: Tensor, into signal: UnsafeMutablePointer<Float>, adding: Bool = false
        ) {
            let rows = spectrum.shape.batch
            BLAS.multiply(
                spectrum.base, .transposed, leadingA: rows, values, leadingB: length, into: signal,
                leadingC: length, rows: rows, columns: length, depth: values.count / length,
                beta: adding ? 1 : 0)
        }
    }

    /// F.
    let frequencies: Int
    /// `[2F, T]`.
    let signal: Transform
    /// `[2F, Kt]`: conjugated since the layer correlates, and shifted by P.
    let kernel: Transform
    /// `[2F, outputFrames]`, transposed: spectrum to the frames that the stride keeps. Bins count twice, except the
    /// first and, if L is even, the last.
    let inverse: Transform

    init(frames: Int, kernel taps: Int, stride: Int) {
        let padding = (taps - 1) / 2
        let length = frames + padding
        let frequencies = length / 2 + 1
        // Sines and cosines of whole multiples of the base angle, exact to the last bit by reduction first.
        let waves = (0..<length).map { step in
            let angle = 2 * Double.pi * Double(step) / Double(length)
            return (cosine: cos(angle), sine: sin(angle))
        }
        func wave(_ product: Int) -> (cosine: Double, sine: Double) {
            waves[((product % length) + length) % length]
        }
        self.frequencies = frequencies
        signal = Transform(frequencies: frequencies, length: frames) { f, t in
            (wave(f * t).cosine, -wave(f * t).sine)
        }
        kernel = Transform(frequencies: frequencies, length: taps) { f, k in
            (wave(f * (k - padding)).cosine, wave(f * (k - padding)).sine)
        }
        inverse = Transform(frequencies: frequencies, length: (frames + stride - 1) / stride) { f, t in
            let scale = (f == 0 || 2 * f == length ? 1.0 : 2.0) / Double(length)
            return (scale * wave(f * t * stride).cosine, -scale * wave(f * t * stride).sine)
        }
    }
}

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

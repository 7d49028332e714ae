import Foundation

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
    /// `[2F, outputFrames]`: spectrum to the frames that the stride keeps. Bins count twice but for the first
    /// and, when L is even, the last.
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

    /// The spectrum `[2F, C * N * V]` to `[C, N, V, outputFrames]`, replacing or adding to what is there.
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

/// Rectification `max(x, 0)`, in place: its input is always the output of a layer that no longer needs it.
package enum ReLU {
    /// Rectifies the values.
    package static func apply(_ values: Tensor) {
        Vector.rectify(values.base, count: values.shape.count)
    }

    /// Makes the gradient zero where the rectified output is zero, in place; guided, also where it is negative.
    package static func backward(_ gradient: Tensor, output: Tensor, for pass: BackwardPass = .training) {
        Vector.mask(gradient.base, where: output.base, count: gradient.shape.count)
        if pass == .guided { apply(gradient) }
    }
}

/// Dropout (Srivastava et al. 2014) of whole channels of a sample, in place while training; the rest is
/// scaled so that the expectation stays.
///
/// A channel of one sample is dropped over all its joints and frames: neighboring frames carry the same information,
/// so dropping single values would hide nothing.
package final class Dropout {
    /// The share that is dropped, 0 to below 1.
    package let rate: Float
    private var factors: [Float] = []

    package init(rate: Float) {
        precondition((0..<1).contains(rate), "a dropout rate of \(rate)")
        self.rate = rate
    }

    /// Drops channels of `values`.
    package func apply(_ values: Tensor, using generator: inout some RandomNumberGenerator) {
        let rows = values.shape.channels * values.shape.batch
        if factors.count != rows { factors = Array(repeating: 1, count: rows) }
        for row in 0..<rows {
            factors[row] = Float.random(in: 0..<1, using: &generator) < rate ? 0 : 1 / (1 - rate)
        }
        scaleRows(values)
    }

    /// Applies the last call's choice to the gradient, in place.
    package func backward(_ gradient: Tensor) { scaleRows(gradient) }

    private func scaleRows(_ tensor: Tensor) {
        let run = tensor.shape.joints * tensor.shape.frames
        for row in 0..<factors.count {
            let values = tensor.base + row * run
            Vector.scale(values, by: factors[row], into: values, count: run)
        }
    }
}

/// The mean over joints and frames: `[C, N, V, T]` to `[C, N]`.
package final class AveragePool {
    private let output = Tensor()
    private let inputGradient = Tensor()
    private var shape = Shape(channels: 0, batch: 0)

    package init() {}

    /// The means.
    package func callAsFunction(_ input: Tensor) -> Tensor {
        shape = input.shape
        output.reshape(to: Shape(channels: shape.channels, batch: shape.batch))
        let run = shape.joints * shape.frames
        for row in 0..<shape.channels * shape.batch {
            output.base[row] = Vector.sum(input.base + row * run, count: run) / Float(run)
        }
        return output
    }

    /// The gradient of the input of the last call.
    package func backward(_ gradient: Tensor) -> Tensor {
        inputGradient.reshape(to: shape)
        let run = shape.joints * shape.frames
        for row in 0..<shape.channels * shape.batch {
            (inputGradient.base + row * run).update(repeating: gradient.base[row] / Float(run), count: run)
        }
        return inputGradient
    }
}

/// What the gradients of a backward pass are for.
package enum BackwardPass: Sendable {
    /// Learning: adds to the parameters' gradients, and takes batch normalizations by their batch's statistics.
    case training
    /// The gradient of the input of a network in use: normalizations by running statistics are scales, and
    /// parameters' gradients are left alone.
    case input
    /// As ``input``, but a rectification passes positive gradients only: guided backpropagation, Springenberg
    /// et al., "Striving for Simplicity" (2015).
    case guided
}

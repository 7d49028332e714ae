/// Dropout (Srivastava et al. 2014) of whole channels of a sample, in place while training; the rest is
/// scaled so that the expectation stays.
///
/// A channel of one sample is dropped over all its joints and frames: neighbouring frames carry the same
/// information, so dropping single values would hide nothing.
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

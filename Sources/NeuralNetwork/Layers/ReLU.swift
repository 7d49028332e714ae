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

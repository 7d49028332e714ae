/// Rectification `max(x, 0)`, in place: its input is always the output of a layer that no longer needs it.
package enum ReLU {
    /// Rectifies the values.
    package static func apply(_ values: Tensor) {
        Vector.rectify(values.base, count: values.shape.count)
    }

    /// Makes the gradient zero where the rectified output is zero, in place.
    package static func backward(_ gradient: Tensor, output: Tensor) {
        Vector.mask(gradient.base, where: output.base, count: gradient.shape.count)
    }
}

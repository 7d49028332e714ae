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

/// How a convolution's weight is stored, and which way its kernel runs.
package enum ConvolutionForm: Sendable {
    /// `[outputs, inputs, ...]`, as a convolution has it.
    case plain
    /// `[inputs, outputs, ...]`, as a transposed convolution has it. With a stride of 1 that is a convolution
    /// whose kernel runs backwards in time.
    case transposed
}

/// What the gradients of a backward pass are for.
package enum BackwardPass: Sendable {
    /// Learning: adds to the parameters' gradients, and takes batch normalisations by their batch's statistics.
    case training
    /// The gradient of the input of a network in use: normalisations by running statistics are scales, and
    /// parameters' gradients are left alone.
    case input
    /// As ``input``, but a rectification passes positive gradients only: guided backpropagation, Springenberg
    /// et al., "Striving for Simplicity" (2015).
    case guided
}

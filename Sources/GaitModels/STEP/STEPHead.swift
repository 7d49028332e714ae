import NeuralNetwork

/// The head on the pooled features `[C, N]`: an optional 1x1 convolution, the affective features, an optional
/// BatchNorm, an optional hidden layer, and the layer to the classes.
final class STEPHead {
    private let projection: Linear?
    private let norm: BatchNorm?
    private let hidden: Linear?
    private let rectified: Bool
    private let output: Linear
    private let affective: Int
    private let dropout: Dropout?
    private let joined = Tensor()
    private let pooledGradient = Tensor()
    /// The gradient of the affective features `[features, N]` of the last backward pass that was not for training; no
    /// channels if the head has none.
    let affectiveGradient = Tensor()
    private var hiddenOutput = Tensor()

    /// - Parameters:
    ///   - inputs: the pooled channels.
    ///   - affective: how many affective features are appended; 0 for none.
    init(
        _ prefix: String, _ head: STEPConfiguration.Head, inputs: Int, affective: Int, classes: Int,
        dropout: Float, in store: ParameterStore, using generator: inout some RandomNumberGenerator
    ) {
        self.affective = affective
        rectified = head.rectified
        projection = head.projection.map {
            Linear(
                "\(prefix)head.projection", inputs: inputs, outputs: $0, convolution: true, in: store,
                using: &generator)
        }
        let width = (head.projection ?? inputs) + affective
        norm = head.normalised ? BatchNorm("\(prefix)head.norm", channels: width, in: store) : nil
        hidden = head.hidden.map {
            Linear(
                "\(prefix)head.hidden", inputs: width, outputs: $0, convolution: false, in: store,
                using: &generator)
        }
        output = Linear(
            "\(prefix)fcn", inputs: head.hidden ?? width, outputs: classes, convolution: true, in: store,
            using: &generator)
        self.dropout = dropout > 0 ? Dropout(rate: dropout) : nil
    }

    /// The logits `[classes, N]`.
    ///
    /// - Parameter affective: scaled features `[features, N]`; ignored if the head has none.
    func callAsFunction(
        _ pooled: Tensor, affective features: Tensor, training: Bool,
        using generator: inout some RandomNumberGenerator
    ) -> Tensor {
        var values = projection.map { $0(pooled) } ?? pooled
        if affective > 0 {
            joined.concatenate(values, features)
            values = joined
        }
        if let norm { values = norm(values, training: training) }
        if training, let dropout { dropout.apply(values, using: &generator) }
        if let hidden {
            values = hidden(values)
            if rectified { ReLU.apply(values) }
            hiddenOutput = values
        }
        return output(values)
    }

    /// The gradient of the pooled features.
    func backward(_ gradient: Tensor, for pass: BackwardPass = .training) -> Tensor {
        var gradient = output.backward(gradient, inputShape: gradient.shape, for: pass)
        if let hidden {
            if rectified { ReLU.backward(gradient, output: hiddenOutput, for: pass) }
            gradient = hidden.backward(gradient, inputShape: gradient.shape, for: pass)
        }
        if pass == .training { dropout?.backward(gradient) }
        if let norm { gradient = norm.backward(gradient, for: pass) }
        if affective > 0 {
            if pass != .training { affectiveGradient.copyTrailingChannels(of: gradient, count: affective) }
            pooledGradient.copyLeadingChannels(of: gradient, count: gradient.shape.channels - affective)
            gradient = pooledGradient
        }
        if let projection {
            gradient = projection.backward(gradient, inputShape: gradient.shape, for: pass)
        }
        return gradient
    }
}

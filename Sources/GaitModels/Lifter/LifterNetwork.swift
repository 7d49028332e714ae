import Gait
package import NeuralNetwork

/// The lifter's network: a mixer over the 75 frames of a window (Tolstikhin et al. 2021), beside a linear map from input
/// to output.
package final class LifterNetwork {
    /// The channels of the output: the root-relative coordinates of the 13 joints, and the tilt.
    static let outputs = LifterJoints.coordinates + 1
    /// What an output of 1 is: meters of a coordinate, degrees of the tilt.
    static let coordinateUnit: Float = 0.25
    static let tiltUnit: Float = 10

    package let configuration: LifterConfiguration
    /// All parameters in one flat buffer.
    package let store: ParameterStore
    private let embedding: Linear
    private let blocks: [MixerBlock]
    private let norm: BatchNorm
    private let head: Linear
    private let skip: Linear

    /// A network with fresh weights.
    ///
    /// - Parameter blank: whether the weights are zeros, to be loaded later.
    package init(
        _ configuration: LifterConfiguration, blank: Bool = false,
        using generator: inout some RandomNumberGenerator
    ) {
        self.configuration = configuration
        store = ParameterStore(blank: blank)
        let channels = configuration.channels
        embedding = Linear(
            "embedding", inputs: LifterInput.channels, outputs: channels, convolution: false, in: store,
            using: &generator)
        var blocks: [MixerBlock] = []
        for index in 0..<configuration.blocks {
            blocks.append(
                MixerBlock(
                    "blocks.\(index)", frames: Gait.windowFrames, configuration: configuration, in: store,
                    using: &generator))
        }
        self.blocks = blocks
        norm = BatchNorm("norm", channels: channels, in: store)
        head = Linear(
            "head", inputs: channels, outputs: Self.outputs, convolution: false, in: store, using: &generator)
        skip = Linear(
            "skip", inputs: LifterInput.channels, outputs: Self.outputs, convolution: false, in: store,
            using: &generator)
    }

    /// `[44, N, 1, 75]`, see ``LifterInput``, to `[40, N, 1, 75]`: x, y and z of the 13 joints one after the other in
    /// units of ``coordinateUnit``, and the tilt in units of ``tiltUnit``.
    package func callAsFunction(_ input: Tensor, training: Bool) -> Tensor {
        var features = embedding(input)
        for block in blocks { features = block(features, training: training) }
        let output = head(norm(features, training: training))
        output.add(skip(input))
        return output
    }

    /// Adds to the gradients of the parameters, given that of the output of the last training call.
    package func backward(_ gradient: Tensor) {
        _ = skip.backward(gradient, inputShape: gradient.shape.with(channels: LifterInput.channels))
        let features = gradient.shape.with(channels: configuration.channels)
        var own = norm.backward(head.backward(gradient, inputShape: features))
        for block in blocks.reversed() { own = block.backward(own) }
        _ = embedding.backward(own, inputShape: gradient.shape.with(channels: LifterInput.channels))
    }
}

/// Lifters to and from the tensors of a model file.
enum LifterFile {
    /// The network of a model file, every tensor checked.
    static func network(
        _ file: SafeTensors, _ configuration: LifterConfiguration
    ) throws(ModelError) -> LifterNetwork {
        var generator = SeededGenerator(seed: 0)
        let network = LifterNetwork(configuration, blank: true, using: &generator)
        do { try network.store.load(file) } catch { throw .weights(error) }
        return network
    }
}

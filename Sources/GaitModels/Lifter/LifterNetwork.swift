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

/// A block of a mixer (Tolstikhin et al. 2021): the frames of every channel are mixed, then the channels of every frame,
/// each by two layers with a rectification between them, behind a batch normalization and beside a residual.
final class MixerBlock {
    private let frameNorm: BatchNorm
    private let frameExpansion: FrameMixing
    private let frameContraction: FrameMixing
    private let channelNorm: BatchNorm
    private let channelExpansion: Linear
    private let channelContraction: Linear
    private var frameHidden = Tensor()
    private var channelHidden = Tensor()

    init(
        _ name: String, frames: Int, configuration: LifterConfiguration, in store: ParameterStore,
        using generator: inout some RandomNumberGenerator
    ) {
        let (channels, hidden) = (configuration.channels, configuration.frameHidden)
        frameNorm = BatchNorm("\(name).frames.norm", channels: channels, in: store)
        frameExpansion = FrameMixing(
            "\(name).frames.0", inputs: frames, outputs: hidden, in: store, using: &generator)
        frameContraction = FrameMixing(
            "\(name).frames.1", inputs: hidden, outputs: frames, in: store, using: &generator)
        channelNorm = BatchNorm("\(name).channels.norm", channels: channels, in: store)
        channelExpansion = Linear(
            "\(name).channels.0", inputs: channels, outputs: configuration.channelHidden, convolution: false,
            in: store, using: &generator)
        channelContraction = Linear(
            "\(name).channels.1", inputs: configuration.channelHidden, outputs: channels, convolution: false,
            in: store, using: &generator)
    }

    /// `[C, N, 1, T]` to the same shape.
    func callAsFunction(_ input: Tensor, training: Bool) -> Tensor {
        frameHidden = frameExpansion(frameNorm(input, training: training))
        ReLU.apply(frameHidden)
        let overFrames = frameContraction(frameHidden)
        overFrames.add(input)
        channelHidden = channelExpansion(channelNorm(overFrames, training: training))
        ReLU.apply(channelHidden)
        let output = channelContraction(channelHidden)
        output.add(overFrames)
        return output
    }

    /// Adds to the gradients of the parameters, and returns the gradient of the input of the last training call.
    func backward(_ gradient: Tensor) -> Tensor {
        var inner = channelContraction.backward(gradient, inputShape: channelHidden.shape)
        ReLU.backward(inner, output: channelHidden)
        let middle = channelNorm.backward(channelExpansion.backward(inner, inputShape: gradient.shape))
        middle.add(gradient)
        inner = frameContraction.backward(middle)
        ReLU.backward(inner, output: frameHidden)
        let input = frameNorm.backward(frameExpansion.backward(inner))
        input.add(middle)
        return input
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

import NeuralNetwork

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

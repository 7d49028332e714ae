import Testing

@testable import NeuralNetwork

@Suite("TemporalConvolution")
struct TemporalConvolutionTests {
    struct Case: CustomTestStringConvertible {
        let kernel: Int
        let frames: Int
        let stride: Int
        let path: TemporalConvolution.Path
        var testDescription: String { "kernel \(kernel), \(frames) frames, stride \(stride), \(path)" }
    }

    /// Windows shorter and longer than the kernel, even and odd.
    static let cases: [Case] = [
        (1, [1, 2, 5, 8]), (3, [1, 2, 3, 8, 9]), (9, [1, 2, 4, 9, 20, 21]), (75, [1, 2, 36, 38, 75]),
    ]
    .flatMap { kernel, windows in
        windows.flatMap { frames in
            [1, 2].flatMap { stride in
                [.direct, .spectral].map {
                    Case(kernel: kernel, frames: frames, stride: stride, path: $0)
                }
            }
        }
    }

    private func layer(_ test: Case, inputs: Int, outputs: Int, in store: ParameterStore)
        -> TemporalConvolution
    {
        var generator = TestGenerator(seed: 3)
        return TemporalConvolution(
            "tcn", inputs: inputs, outputs: outputs, kernel: test.kernel, stride: test.stride,
            path: test.path,
            in: store, using: &generator)
    }

    @Test("both paths agree with the twin", arguments: cases)
    func twin(test: Case) {
        let shape = Shape(channels: 3, batch: 2, joints: 2, frames: test.frames)
        let store = ParameterStore()
        let layer = layer(test, inputs: 3, outputs: 2, in: store)
        expectAgreement(
            LayerUnderTest(
                store: store, parameters: [layer.weight, layer.bias], forward: { layer($0) },
                backward: { layer.backward($0) }),
            .temporalConvolution(shape, outputs: 2, kernel: test.kernel, stride: test.stride), input: shape)
    }

    @Test("the paths agree at the sizes of the released network", arguments: [1, 2], [74, 75])
    func paths(stride: Int, frames: Int) {
        var generator = TestGenerator(seed: 5)
        let shape = Shape(channels: 32, batch: 2, joints: 16, frames: frames)
        let input = generator.tensor(shape)
        let gradient = generator.tensor(shape.with(frames: (frames + stride - 1) / stride).with(channels: 24))
        let results = [TemporalConvolution.Path.direct, .spectral].map { path in
            let store = ParameterStore()
            let test = Case(kernel: 75, frames: frames, stride: stride, path: path)
            let layer = layer(test, inputs: 32, outputs: 24, in: store)
            let output = layer(input).values
            let inputGradient = layer.backward(gradient).values
            let kernelGradient = UnsafeBufferPointer(
                start: store.gradients(layer.weight), count: layer.weight.count)
            return [output, inputGradient, Array(kernelGradient)]
        }
        for (direct, spectral) in zip(results[0], results[1]) {
            #expect(relativeError(spectral, direct.map(Double.init)) < 3e-6)
        }
    }

    @Test("one layer takes windows of other lengths and batches one after the other")
    func changingShapes() {
        for path in [TemporalConvolution.Path.direct, .spectral] {
            let store = ParameterStore()
            let layer = layer(
                Case(kernel: 9, frames: 0, stride: 2, path: path), inputs: 2, outputs: 2, in: store)
            for (batch, frames) in [(1, 20), (3, 5), (1, 21), (2, 20)] {
                let shape = Shape(channels: 2, batch: batch, joints: 2, frames: frames)
                expectAgreement(
                    LayerUnderTest(
                        store: store, parameters: [layer.weight, layer.bias], forward: { layer($0) },
                        backward: { layer.backward($0) }),
                    .temporalConvolution(shape, outputs: 2, kernel: 9, stride: 2), input: shape)
            }
        }
    }

    @Test("a small kernel is computed directly, the released one in the frequency domain")
    func cheapest() {
        typealias Path = TemporalConvolution.Path
        #expect(Path.cheapest(kernel: 3, frames: 75, stride: 1, inputs: 32, outputs: 32) == .direct)
        #expect(Path.cheapest(kernel: 75, frames: 75, stride: 1, inputs: 32, outputs: 32) == .spectral)
        #expect(Path.cheapest(kernel: 75, frames: 75, stride: 2, inputs: 64, outputs: 64) == .spectral)
    }
}

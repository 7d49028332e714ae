import Testing

@testable import NeuralNetwork

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
                [.direct, .spectral].map { Case(kernel: kernel, frames: frames, stride: stride, path: $0) }
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

struct FourierPlanTests {
    @Test("there and back gives the frames that the stride keeps", arguments: [1, 2, 7, 8, 75], [1, 2])
    func inverse(frames: Int, stride: Int) {
        for kernel in [1, 3, 9] {
            let plan = FourierPlan(frames: frames, kernel: kernel, stride: stride)
            var generator = TestGenerator(seed: 1)
            let input = generator.tensor(Shape(channels: 2, batch: 1, joints: 3, frames: frames))
            let (spectrum, output, kept) = (Tensor(), Tensor(), Tensor())
            Linear.sample(input, every: stride, into: kept)
            output.reshape(to: kept.shape)
            plan.signal.apply(to: input, into: spectrum)
            plan.inverse.applyTransposed(to: spectrum, into: output.base)
            #expect(relativeError(output, kept) < 1e-6)
            plan.inverse.applyTransposed(to: spectrum, into: output.base, adding: true)
            kept.add(kept)
            #expect(relativeError(output, kept) < 1e-6)
        }
    }

    @Test("the transposes are adjoint to the transforms", arguments: [1, 6, 15])
    func adjoint(frames: Int) {
        let plan = FourierPlan(frames: frames, kernel: 5, stride: 2)
        var generator = TestGenerator(seed: 2)
        let signal = generator.tensor(Shape(channels: 2, batch: 2, joints: 1, frames: frames))
        let output = generator.tensor(signal.shape.with(frames: plan.inverse.length))
        let spectrum = generator.tensor(Shape(channels: 2 * plan.frequencies, batch: 4))
        func product(_ one: Tensor, _ other: Tensor) -> Double {
            zip(one.values, other.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        let (transformed, transposed) = (Tensor(), Tensor(signal.shape))
        plan.signal.apply(to: signal, into: transformed)
        plan.signal.applyTransposed(to: spectrum, into: transposed.base)
        #expect(abs(product(transformed, spectrum) - product(signal, transposed)) < 1e-4)
        let (inverted, back) = (Tensor(output.shape), Tensor())
        plan.inverse.applyTransposed(to: spectrum, into: inverted.base)
        plan.inverse.apply(to: output, into: back)
        #expect(abs(product(inverted, output) - product(spectrum, back)) < 1e-4)
    }
}

struct FoldedTemporalConvolutionTests {
    struct Case: CustomTestStringConvertible {
        let kernel: Int
        let frames: Int
        let stride: Int
        let residual: String
        var testDescription: String {
            "kernel \(kernel), \(frames) frames, stride \(stride), residual \(residual)"
        }
    }

    /// Kernels on either side of the choice of the path; the identity needs stride 1.
    static let cases: [Case] = [(1, 8), (3, 9), (9, 20), (9, 75), (75, 20), (75, 75)].flatMap {
        kernel, frames in
        [(1, "none"), (1, "identity"), (1, "projection"), (2, "none"), (2, "projection")].map {
            Case(kernel: kernel, frames: frames, stride: $0.0, residual: $0.1)
        }
    }

    @Test("it equals the layers that were folded", arguments: cases)
    func unfolded(test: Case) {
        let store = ParameterStore()
        var generator = TestGenerator(seed: 3)
        let layer = TemporalConvolution(
            "tcn", inputs: 4, outputs: 4, kernel: test.kernel, stride: test.stride, in: store,
            using: &generator)
        let norm = BatchNorm("norm", channels: 4, in: store)
        let width = test.residual == "identity" ? 4 : 3
        let linear = Linear(
            "residual", inputs: width, outputs: 4, stride: test.stride, convolution: true, in: store,
            using: &generator)
        let linearNorm = BatchNorm("residual_norm", channels: 4, in: store)
        generator.fill(store)
        let residual: FoldedTemporalConvolution.Residual =
            switch test.residual {
            case "identity": .identity
            case "projection": .projection(linear, linearNorm)
            default: .none
            }
        let folded = FoldedTemporalConvolution(
            layer, norm, residual: residual, frames: test.frames, in: store)
        for batch in [1, 5, 2] {
            let input = generator.tensor(Shape(channels: 4, batch: batch, joints: 3, frames: test.frames))
            let blockInput = generator.tensor(input.shape.with(channels: width))
            let expected = norm(layer(input), training: false)
            switch test.residual {
            case "identity": expected.add(blockInput)
            case "projection": expected.add(linearNorm(linear(blockInput), training: false))
            default: break
            }
            ReLU.apply(expected)
            #expect(relativeError(folded(input, blockInput: blockInput), expected) < 1e-5)
        }
    }

    @Test("both paths are among the cases")
    func paths() {
        let paths = Self.cases.map {
            TemporalConvolution.Path.cheapest(
                kernel: $0.kernel, frames: $0.frames, stride: $0.stride, inputs: 4, outputs: 4)
        }
        #expect(paths.contains(.direct) && paths.contains(.spectral))
    }
}

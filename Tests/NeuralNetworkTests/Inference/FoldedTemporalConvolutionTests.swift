import Testing

@testable import NeuralNetwork

@Suite("FoldedTemporalConvolution")
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

import Testing

@testable import NeuralNetwork

@Suite("FourierPlan")
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
            plan.transform(input, into: spectrum)
            plan.invert(spectrum, into: output, adding: false)
            #expect(relativeError(output, kept) < 1e-6)
            plan.invert(spectrum, into: output, adding: true)
            kept.add(kept)
            #expect(relativeError(output, kept) < 1e-6)
        }
    }

    @Test("the transposes are adjoint to the transforms", arguments: [1, 6, 15])
    func adjoint(frames: Int) {
        let plan = FourierPlan(frames: frames, kernel: 5, stride: 2)
        var generator = TestGenerator(seed: 2)
        let signal = generator.tensor(Shape(channels: 2, batch: 2, joints: 1, frames: frames))
        let output = generator.tensor(signal.shape.with(frames: plan.outputFrames))
        let spectrum = generator.tensor(Shape(channels: 2 * plan.frequencies, batch: 4))
        func product(_ one: Tensor, _ other: Tensor) -> Double {
            zip(one.values, other.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        let (transformed, transposed) = (Tensor(), Tensor(signal.shape))
        plan.transform(signal, into: transformed)
        plan.transposedTransform(spectrum, into: transposed)
        #expect(abs(product(transformed, spectrum) - product(signal, transposed)) < 1e-4)
        let (inverted, back) = (Tensor(output.shape), Tensor())
        plan.invert(spectrum, into: inverted, adding: false)
        plan.transposedInvert(output, into: back)
        #expect(abs(product(inverted, output) - product(spectrum, back)) < 1e-4)
    }
}

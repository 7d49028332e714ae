import Testing

@testable import NeuralNetwork

struct ReLUTests {
    private static let twin = Twin(
        forward: { operands in operands[0].map { $0 > 0 ? $0 : 0 } },
        backward: { operands, gradient in [zip(operands[0], gradient).map { $0 > 0 ? $1 : 0 }] })

    @Test("it agrees with its twin", arguments: [1, 3, 16, 47])
    func twin(frames: Int) {
        let output = Tensor()
        expectAgreement(
            LayerUnderTest(
                store: ParameterStore(), parameters: [],
                forward: {
                    output.copy(from: $0)
                    ReLU.apply(output)
                    return output
                },
                backward: {
                    ReLU.backward($0, output: output)
                    return $0
                }),
            Self.twin, input: Shape(channels: 2, batch: 2, joints: 3, frames: frames))
    }

    @Test("zero has no slope")
    func zero() {
        let values = Tensor(Shape(channels: 1, batch: 3))
        values.copy(from: [-1, 0, 2])
        ReLU.apply(values)
        #expect(values.values == [0, 0, 2])
        let gradient = Tensor(values.shape)
        gradient.copy(from: [5, 5, 5])
        ReLU.backward(gradient, output: values)
        #expect(gradient.values == [0, 0, 5])
    }

    @Test("guided, only positive gradients pass, and only where the output is positive")
    func guided() {
        let output = Tensor(Shape(channels: 1, batch: 4))
        output.copy(from: [0, 0, 2, 2])
        for (pass, expected) in [(BackwardPass.input, [0, 0, 5, -5]), (.guided, [0, 0, 5, 0])] {
            let gradient = Tensor(output.shape)
            gradient.copy(from: [5, -5, 5, -5])
            ReLU.backward(gradient, output: output, for: pass)
            #expect(gradient.values == expected.map(Float.init))
        }
    }
}

struct DropoutTests {
    private static let shape = Shape(channels: 40, batch: 30, joints: 2, frames: 3)

    private func ones() -> Tensor {
        let tensor = Tensor(Self.shape)
        tensor.copy(from: Array(repeating: 1, count: Self.shape.count))
        return tensor
    }

    @Test("whole channels of a sample are dropped, at the rate, and the rest makes up for them")
    func channels() {
        var generator = TestGenerator(seed: 1)
        let values = ones()
        Dropout(rate: 0.25).apply(values, using: &generator)
        var dropped = 0
        var odd = 0
        for channel in 0..<Self.shape.channels {
            for sample in 0..<Self.shape.batch {
                let run = (0..<2).flatMap { joint in (0..<3).map { values[channel, sample, joint, $0] } }
                odd += Set(run).count == 1 && (run[0] == 0 || abs(run[0] - 1 / 0.75) < 1e-6) ? 0 : 1
                dropped += run[0] == 0 ? 1 : 0
            }
        }
        #expect(odd == 0)
        // 1,200 rows: four standard deviations are 60.
        #expect(abs(dropped - 300) < 60)
    }

    @Test("the gradient is dropped where the values were")
    func backward() {
        var generator = TestGenerator(seed: 2)
        let dropout = Dropout(rate: 0.5)
        let (values, gradient) = (ones(), ones())
        dropout.apply(values, using: &generator)
        dropout.backward(gradient)
        #expect(values.values == gradient.values)
    }

    @Test("the same seed drops the same channels, each call others")
    func seed() {
        var (one, other) = (TestGenerator(seed: 3), TestGenerator(seed: 3))
        let (first, second, third) = (ones(), ones(), ones())
        Dropout(rate: 0.5).apply(first, using: &one)
        Dropout(rate: 0.5).apply(second, using: &other)
        Dropout(rate: 0.5).apply(third, using: &other)
        #expect(first.values == second.values)
        #expect(first.values != third.values)
    }

    @Test("a rate of 0 changes nothing")
    func none() {
        var generator = TestGenerator(seed: 4)
        let values = ones()
        Dropout(rate: 0).apply(values, using: &generator)
        #expect(values.values == ones().values)
    }
}

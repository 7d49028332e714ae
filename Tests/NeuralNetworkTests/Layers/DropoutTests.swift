import Testing

@testable import NeuralNetwork

@Suite("Dropout")
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

    @Test("the same seed drops the same, each call anew")
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

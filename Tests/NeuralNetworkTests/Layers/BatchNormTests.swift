import Testing

@testable import NeuralNetwork

struct BatchNormTests {
    static let shapes = [
        Shape(channels: 3, batch: 2), Shape(channels: 5, batch: 8),
        Shape(channels: 3, batch: 1, joints: 4, frames: 2),
        Shape(channels: 3, batch: 4, joints: 16, frames: 21),
        Shape(channels: 2, batch: 2, joints: 3, frames: 75),
    ]
    static let groupings = [BatchNorm.Grouping.channels, .jointCoordinates]

    private func layer(_ shape: Shape, _ grouping: BatchNorm.Grouping, in store: ParameterStore) -> BatchNorm
    {
        let channels = grouping == .channels ? shape.channels : shape.channels * shape.joints
        return BatchNorm("norm", channels: channels, grouping: grouping, in: store)
    }

    private func expectTwin(
        _ shape: Shape, _ grouping: BatchNorm.Grouping, range: ClosedRange<Float> = -1...1, tolerance: Double
    ) {
        let store = ParameterStore()
        let layer = layer(shape, grouping, in: store)
        expectAgreement(
            LayerUnderTest(
                store: store, parameters: [layer.weight, layer.bias], forward: { layer($0, training: true) },
                backward: { layer.backward($0) }),
            .batchNorm(Twin.channels(shape, grouping)), input: shape, range: range, tolerance: tolerance)
    }

    @Test("training agrees with the twin", arguments: shapes, groupings)
    func training(shape: Shape, grouping: BatchNorm.Grouping) {
        expectTwin(shape, grouping, tolerance: 5e-5)
    }

    @Test("values far from zero cost only the digits they take", arguments: groupings)
    func offset(grouping: BatchNorm.Grouping) {
        let shape = Shape(channels: 3, batch: 4, joints: 4, frames: 25)
        expectTwin(shape, grouping, range: 9...11, tolerance: 2e-5)
    }

    @Test("the running statistics move by a tenth, with the unbiased variance", arguments: shapes, groupings)
    func running(shape: Shape, grouping: BatchNorm.Grouping) throws {
        let store = ParameterStore()
        let layer = layer(shape, grouping, in: store)
        var generator = TestGenerator(seed: 7)
        var mean = [Double](repeating: 0, count: layer.channels)
        var variance = [Double](repeating: 1, count: layer.channels)
        let channels = Twin.channels(shape, grouping)
        for _ in 0..<3 {
            let input = generator.tensor(shape, in: 0...3)
            _ = layer(input, training: true)
            for channel in 0..<layer.channels {
                let members = zip(channels, input.values).filter { $0.0 == channel }.map { Double($0.1) }
                let statistics = ChannelStatistics(members)
                mean[channel] += 0.1 * (statistics.mean - mean[channel])
                variance[channel] += 0.1 * (statistics.unbiasedVariance - variance[channel])
            }
        }
        #expect(relativeError(try #require(store.array("norm.running_mean")), mean) < 1e-5)
        #expect(relativeError(try #require(store.array("norm.running_var")), variance) < 1e-5)
    }

    @Test("in use it normalizes by the running statistics and leaves them", arguments: shapes, groupings)
    func evaluation(shape: Shape, grouping: BatchNorm.Grouping) throws {
        let store = ParameterStore()
        let layer = layer(shape, grouping, in: store)
        var generator = TestGenerator(seed: 8)
        generator.fill(store)
        let before = store.snapshot
        let input = generator.tensor(shape)
        let channels = Twin.channels(shape, grouping)
        let values = try ["weight", "bias", "running_mean", "running_var"].map {
            try #require(store.array("norm.\($0)")).map(Double.init)
        }
        let expected = zip(channels, input.values).map { channel, value -> Double in
            let deviation = (values[3][channel] + 1e-5).squareRoot()
            let normalised = (Double(value) - values[2][channel]) / deviation
            return values[0][channel] * normalised + values[1][channel]
        }
        #expect(relativeError(layer(input, training: false).values, expected) < 1e-6)
        #expect(store.snapshot == before)
        let (scale, shift) = layer.affine()
        let folded = zip(channels, input.values).map { scale[$0] * $1 + shift[$0] }
        #expect(relativeError(folded, expected) < 1e-6)
    }

    @Test("a batch without variance becomes the shift, and its gradient is finite")
    func constant() {
        let store = ParameterStore()
        let layer = BatchNorm("norm", channels: 1, in: store)
        let input = Tensor(Shape(channels: 1, batch: 4))
        input.copy(from: [3, 3, 3, 3])
        #expect(layer(input, training: true).values == [0, 0, 0, 0])
        let gradient = layer.backward(input).values
        #expect(gradient.allSatisfy { $0.isFinite })
    }

    @Test("in use its gradient is the folded scale, by running deviations", arguments: shapes, groupings)
    func inputGradient(shape: Shape, grouping: BatchNorm.Grouping) throws {
        let store = ParameterStore()
        let layer = layer(shape, grouping, in: store)
        var generator = TestGenerator(seed: 9)
        generator.fill(store)
        store.zeroGradients()
        _ = layer(generator.tensor(shape), training: false)
        let gradient = generator.tensor(shape)
        let scale = layer.affine().scale
        let expected = zip(Twin.channels(shape, grouping), gradient.values).map { Double(scale[$0] * $1) }
        #expect(relativeError(layer.backward(gradient, for: .input).values, expected) < 1e-6)
        #expect(store.gradientNorm == 0)
        let variances = try #require(store.array("norm.running_var"))
        #expect(layer.deviations() == variances.map { $0 > 1e-5 ? $0.squareRoot() : 0 })
    }
}

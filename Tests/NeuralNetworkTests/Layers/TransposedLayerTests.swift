import Testing

@testable import NeuralNetwork

/// A transposed layer computes what the plain one does whose weight is exchanged, and turned round in time.
@Suite("Transposed layers")
struct TransposedLayerTests {
    private func exchanged(_ values: [Float], rows: Int, columns: Int, kernel: Int) -> [Float] {
        (0..<columns).flatMap { column in
            (0..<rows).flatMap { row in
                (0..<kernel).reversed().map { values[(row * columns + column) * kernel + $0] }
            }
        }
    }

    private typealias Form = (weight: Parameter, forward: (Tensor) -> Tensor, backward: (Tensor) -> Tensor)

    /// Expects the same output, and the same gradients of input and weight, of a layer's two forms.
    private func expectSame(
        input shape: Shape, kernel: Int,
        _ layer: (ConvolutionForm, ParameterStore, inout TestGenerator) -> Form
    ) {
        let forms = [ConvolutionForm.plain, .transposed].map { form in
            let store = ParameterStore()
            var generator = TestGenerator(seed: 1)
            let (weight, forward, backward) = layer(form, store, &generator)
            return (store: store, weight: weight, forward: forward, backward: backward)
        }
        var generator = TestGenerator(seed: 9)
        let (plain, transposed) = (forms[0], forms[1])
        generator.fill(plain.store)
        transposed.store.snapshot = plain.store.snapshot
        let (rows, columns) = (plain.weight.shape[0], plain.weight.shape[1])
        let weight = plain.store.array(plain.weight.name) ?? []
        let turned = exchanged(weight, rows: rows, columns: columns, kernel: kernel)
        for (index, value) in turned.enumerated() {
            transposed.store.values(transposed.weight)[index] = value
        }
        let input = generator.tensor(shape)
        let (one, other) = (plain.forward(input), transposed.forward(input))
        #expect(relativeError(other, one) < 1e-5)
        let gradient = generator.tensor(one.shape)
        let copy = Tensor()
        copy.copy(from: gradient)
        #expect(relativeError(transposed.backward(copy), plain.backward(gradient)) < 1e-5)
        let found = UnsafeBufferPointer(
            start: transposed.store.gradients(transposed.weight), count: weight.count)
        let wanted = UnsafeBufferPointer(start: plain.store.gradients(plain.weight), count: weight.count)
        let expected = exchanged(Array(wanted), rows: rows, columns: columns, kernel: kernel)
        #expect(relativeError(Array(found), expected.map(Double.init)) < 1e-5)
    }

    @Test("linear maps")
    func linear() {
        let shape = Shape(channels: 5, batch: 2, joints: 3, frames: 4)
        expectSame(input: shape, kernel: 1) { form, store, generator in
            let layer = Linear(
                "l", inputs: 5, outputs: 3, form: form, convolution: true, in: store, using: &generator)
            return (layer.weight, { layer($0) }, { layer.backward($0, inputShape: shape) })
        }
    }

    @Test("graph convolutions")
    func graph() {
        let graph = GraphConvolutionTests.graph(joints: 5)
        let shape = Shape(channels: 3, batch: 2, joints: 5, frames: 4)
        expectSame(input: shape, kernel: 1) { form, store, generator in
            let layer = GraphConvolution(
                "g", importance: "i", inputs: 3, outputs: 4, graph: graph, form: form, in: store,
                using: &generator)
            return (layer.weight, { layer($0) }, { layer.backward($0) })
        }
    }

    @Test(
        "temporal convolutions, on both paths", arguments: [TemporalConvolution.Path.direct, .spectral],
        [3, 9, 75])
    func temporal(path: TemporalConvolution.Path, kernel: Int) {
        let shape = Shape(channels: 3, batch: 2, joints: 2, frames: 20)
        expectSame(input: shape, kernel: kernel) { form, store, generator in
            let layer = TemporalConvolution(
                "t", inputs: 3, outputs: 4, kernel: kernel, path: path, form: form, in: store,
                using: &generator)
            return (layer.weight, { layer($0) }, { layer.backward($0) })
        }
    }
}

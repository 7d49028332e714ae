import Testing

@testable import NeuralNetwork

@Suite("FoldedGraphConvolution")
struct FoldedGraphConvolutionTests {
    @Test("it equals the layers that were folded", arguments: GraphConvolutionTests.shapes, [true, false])
    func unfolded(shape: Shape, importance: Bool) {
        let store = ParameterStore()
        var generator = TestGenerator(seed: 3)
        let layer = GraphConvolution(
            "gcn", importance: importance ? "importance" : nil, inputs: shape.channels, outputs: 4,
            graph: GraphConvolutionTests.graph(joints: shape.joints), in: store, using: &generator)
        let norm = BatchNorm("norm", channels: 4, in: store)
        generator.fill(store)
        let folded = FoldedGraphConvolution(layer, norm, in: store)
        for batch in [shape.batch, 1, 5] {
            let input = generator.tensor(
                Shape(channels: shape.channels, batch: batch, joints: shape.joints, frames: shape.frames))
            let expected = norm(layer(input), training: false)
            ReLU.apply(expected)
            #expect(relativeError(folded(input), expected) < 1e-5)
        }
    }
}

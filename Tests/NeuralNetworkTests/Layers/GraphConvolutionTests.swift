import Testing

@testable import NeuralNetwork

struct GraphConvolutionTests {
    static let shapes = [
        Shape(channels: 1, batch: 1, joints: 1, frames: 1),
        Shape(channels: 3, batch: 2, joints: 5, frames: 4),
        Shape(channels: 6, batch: 1, joints: 16, frames: 9),
        Shape(channels: 2, batch: 3, joints: 4, frames: 17),
    ]

    /// A graph in which some joints have no edge in some partition.
    static func graph(joints: Int, partitions: Int = 3) -> SparseGraph {
        var generator = TestGenerator(seed: UInt64(joints))
        let dense = generator.floats(partitions * joints * joints).map { abs($0) < 0.6 ? 0 : $0 }
        return SparseGraph(dense: dense, partitions: partitions, joints: joints)
    }

    @Test("it agrees with its twin", arguments: shapes, [true, false])
    func twin(shape: Shape, importance: Bool) {
        let store = ParameterStore()
        var generator = TestGenerator(seed: 3)
        let graph = Self.graph(joints: shape.joints)
        let layer = GraphConvolution(
            "gcn", importance: importance ? "importance" : nil, inputs: shape.channels, outputs: 4,
            graph: graph,
            in: store, using: &generator)
        expectAgreement(
            LayerUnderTest(
                store: store, parameters: [layer.weight, layer.bias] + [layer.importance].compactMap(\.self),
                forward: { layer($0) }, backward: { layer.backward($0) }),
            .graphConvolution(shape, outputs: 4, graph: graph, importance: importance), input: shape)
    }

    @Test("fresh edge importances are 1, and named as they are asked to be")
    func importance() {
        let store = ParameterStore()
        var generator = TestGenerator(seed: 3)
        _ = GraphConvolution(
            "gcn", importance: "edge_importance.0", inputs: 2, outputs: 3, graph: Self.graph(joints: 4),
            in: store,
            using: &generator)
        #expect(store.parameters.map(\.shape) == [[9, 2, 1, 1], [9], [3, 4, 4]])
        #expect(store.array("edge_importance.0") == Array(repeating: 1, count: 48))
    }
}

struct SparseGraphTests {
    @Test("only entries that are not zero are kept, sorted by partition and target")
    func entries() {
        let graph = SparseGraph(dense: [0, 2, 3, 0, 0, 0, 5, 0], partitions: 2, joints: 2)
        #expect(graph.entries.map(\.value) == [3, 2, 5])
        #expect(graph.entries.map(\.partition) == [0, 0, 1])
        #expect(graph.entries.map(\.source) == [1, 0, 1])
        #expect(graph.entries.map(\.target) == [0, 1, 0])
        #expect(graph.entries.map(\.index) == [2, 1, 6])
    }

    @Test("spreading is the dense product, zeros included, and overwrites the output")
    func spread() {
        let graph = SparseGraph(dense: [0, 2, 3, 0, 0, 0, 5, 0], partitions: 2, joints: 2)
        let input = Tensor(Shape(channels: 1, batch: 1, joints: 2, frames: 2))
        input.copy(from: [1, 10, 100, 1000])
        let output = Tensor(Shape(channels: 2, batch: 1, joints: 2, frames: 2))
        output.copy(from: Array(repeating: 9, count: 8))
        graph.spread(input, importance: nil, into: output)
        #expect(output.values == [300, 3000, 2, 20, 500, 5000, 0, 0])
    }
}

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

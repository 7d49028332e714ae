import Testing

@testable import NeuralNetwork

@Suite("GraphConvolution")
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

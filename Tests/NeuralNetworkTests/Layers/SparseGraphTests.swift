import Testing

@testable import NeuralNetwork

@Suite("SparseGraph")
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

    @Test("spreading is the dense product, zeros included, whatever was in the output")
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

import Testing

@testable import NeuralNetwork

struct ParameterStoreTests {
    private func store() -> ParameterStore {
        let store = ParameterStore()
        store.declareZeros("a", [2, 3])
        store.declareZeros("b", [4])
        store.declareZeros("c", [1])
        return store
    }

    private func entry(_ name: String, _ shape: [Int], _ value: Float = 1) -> SafeTensors.Entry {
        .init(name: name, shape: shape, values: Array(repeating: value, count: shape.reduce(1, *)))
    }

    @Test("a blank store draws nothing")
    func blank() {
        let store = ParameterStore(blank: true)
        var drawn = 0
        _ = store.declare("a", [3], .weight) {
            drawn += 1
            return 1
        }
        #expect(store.snapshot == [0, 0, 0] && drawn == 0)
    }

    @Test("a matching file is taken over, constants left out")
    func load() throws {
        let store = store()
        let file = SafeTensors(
            [entry("b", [4], 2), entry("a", [2, 3], 1), entry("c", [1], 3), entry("A", [1])], path: "file")
        try store.load(file, constants: ["A"])
        #expect(store.snapshot == [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3])
    }

    @Test("missing, unused and mis-shaped tensors are named all at once, and nothing is taken")
    func mismatch() {
        let store = store()
        let file = SafeTensors([entry("a", [3, 2]), entry("d", [4]), entry("b", [4])], path: "file")
        let expected = NeuralNetworkError.mismatch(
            path: "file", missing: ["c"], unused: ["d"],
            shapes: [.init(name: "a", expected: [2, 3], found: [3, 2])])
        #expect(throws: expected) { try store.load(file) }
        #expect(store.snapshot.allSatisfy { $0 == 0 })
    }

    @Test("values and gradients survive growth")
    func growth() {
        let store = ParameterStore()
        let first = store.declare("first", [3], .weight) { 7 }
        store.gradients(first)[1] = 5
        store.declareZeros("large", [100, 1000])
        #expect(store.array("first") == [7, 7, 7])
        #expect(store.gradients(first)[1] == 5)
        #expect(store.count == 100_003)
        #expect(store.gradientNorm == 5)
        store.zeroGradients()
        #expect(store.gradientNorm == 0)
    }

    @Test("a snapshot brings every value back")
    func snapshot() {
        let store = store()
        let before = store.snapshot
        store.values[7] = 3
        #expect(store.snapshot != before)
        store.snapshot = before
        #expect(store.snapshot == before)
        #expect(store.array("unknown") == nil)
    }

    @Test("tensors come in order of declaration with their shapes")
    func tensors() {
        #expect(store().tensors() == [entry("a", [2, 3], 0), entry("b", [4], 0), entry("c", [1], 0)])
    }

    @Test("gradients of a replica are added times a factor, and leave the values alone")
    func accumulation() {
        let (store, replica) = (store(), store())
        for index in 0..<replica.count { replica.gradients[index] = Float(index) }
        for _ in 1...2 { store.accumulate(gradients: replica.gradientSnapshot, times: 0.5) }
        #expect(store.gradientSnapshot == (0..<store.count).map(Float.init))
        #expect(store.snapshot.allSatisfy { $0 == 0 })
    }

    @Test("running statistics become the mean of the replicas', and nothing else does")
    func statistics() {
        let store = ParameterStore()
        _ = store.declare("w", [2], .weight) { 5 }
        _ = store.declare("s", [2], .statistic) { 0 }
        store.averageStatistics(of: [[1, 1, 2, 4], [9, 9, 4, 0]])
        #expect(store.snapshot == [5, 5, 3, 2])
    }
}

import Testing

@testable import GaitModels

@Suite("ParallelWork")
struct ParallelWorkTests {
    private struct Failure: Error, Equatable { let index: Int }

    @Test("results come in order, whatever the number of threads", arguments: [0, 1, 2, 5])
    func order(threads: Int) throws {
        #expect(try ParallelWork.map(count: 40, threads: threads) { $0 * $0 } == (0..<40).map { $0 * $0 })
        #expect(try ParallelWork.map(count: 0, threads: threads) { $0 }.isEmpty)
    }

    @Test("the first failure in order is thrown")
    func failure() {
        #expect(throws: Failure(index: 3)) {
            try ParallelWork.map(count: 10, threads: 2) { index in
                if index >= 3 { throw Failure(index: index) }
                return index
            }
        }
    }
}

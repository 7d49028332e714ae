import Testing

@testable import Gait

@Suite("Assignment")
struct AssignmentTests {
    /// The least total cost by trying everything.
    private func least(_ costs: [Float], rows: Int, columns: Int, row: Int = 0, used: Set<Int> = []) -> Float
    {
        guard row < rows else { return 0 }
        return (0..<columns).filter { !used.contains($0) }.map { column in
            costs[row * columns + column]
                + least(costs, rows: rows, columns: columns, row: row + 1, used: used.union([column]))
        }.min() ?? .infinity
    }

    @Test("costs as little as the best of all assignments", arguments: 1...5 as ClosedRange<UInt64>)
    func bruteForce(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var assignment = Assignment()
        for _ in 0..<60 {
            let rows = Int.random(in: 1...5, using: &generator)
            let columns = Int.random(in: rows...7, using: &generator)
            let costs = (0..<rows * columns).map { _ in
                // Equal costs, negative ones and pairs that must not meet.
                switch Int.random(in: 0..<10, using: &generator) {
                case 0: Float(3)
                case 1: Float(-7)
                case 2: Assignment.forbidden
                default: generator.uniform(-20...40)
                }
            }
            assignment.solve(costs, rows: rows, columns: columns)
            #expect(assignment.columns.count == rows && Set(assignment.columns).count == rows)
            #expect(assignment.columns.allSatisfy((0..<columns).contains))
            let total = assignment.columns.enumerated().reduce(Float.zero) {
                $0 + costs[$1.offset * columns + $1.element]
            }
            let best = least(costs, rows: rows, columns: columns)
            #expect(
                abs(total - best) <= 1e-3 + 1e-6 * abs(best), "\(rows) × \(columns): \(total), not \(best)")
        }
    }

    @Test("the nearest of all is left to another where that serves both")
    func notGreedy() {
        var assignment = Assignment()
        assignment.solve([1, 2, 1.5, 9], rows: 2, columns: 2)
        #expect(assignment.columns == [1, 0])
    }

    @Test("nobody to assign is no error")
    func empty() {
        var assignment = Assignment()
        assignment.solve([], rows: 0, columns: 3)
        #expect(assignment.columns.isEmpty)
    }
}

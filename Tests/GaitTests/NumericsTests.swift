import Testing

@testable import Gait

struct MedianTests {
    @Test("the middle value, the mean of the two in the middle, or 0 of none")
    func values() {
        #expect(median([3, 1, 100]) == 3)
        #expect(median([4, 1, 2, 100]) == 3)
        #expect(median([]) == 0)
    }
}

struct SeededGeneratorTests {
    @Test("the sequence is xoshiro256** seeded by SplitMix64")
    func reference() {
        // SplitMix64 from 0 gives e220a8397b1dcdaf 6e789e6aa1b965f4 06c45d188009454f f88bb8a8724c81ec as the
        // state.
        var generator = SeededGenerator(seed: 0)
        let second: UInt64 = 0x6e78_9e6a_a1b9_65f4
        let product = second &* 5
        #expect(generator.next() == ((product << 7) | (product >> 57)) &* 9)
    }

    @Test("the same seed gives the same numbers, another seed others")
    func reproducible() {
        var (one, same, other) = (
            SeededGenerator(seed: 7), SeededGenerator(seed: 7), SeededGenerator(seed: 8)
        )
        let numbers = (0..<20).map { _ in one.normal() }
        #expect(numbers == (0..<20).map { _ in same.normal() })
        #expect(numbers != (0..<20).map { _ in other.normal() })
    }

    @Test("normal numbers have mean 0 and deviation 1, uniform ones fill their range")
    func distributions() {
        var generator = SeededGenerator(seed: 1)
        let normal = (0..<20_000).map { _ in generator.normal() }
        let mean = normal.reduce(0, +) / 20_000
        let variance = normal.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
        #expect(mean.magnitude < 0.03)
        #expect((variance - 1).magnitude < 0.04)
        let uniform = (0..<20_000).map { _ in generator.uniform(2...4) }
        #expect(uniform.allSatisfy { (2...4).contains($0) })
        #expect((uniform.reduce(0, +) / 20_000 - 3).magnitude < 0.02)
        #expect((uniform.max() ?? 0) > 3.99)
    }
}

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

    @Test("an assignment without rows is no error")
    func empty() {
        var assignment = Assignment()
        assignment.solve([], rows: 0, columns: 3)
        #expect(assignment.columns.isEmpty)
    }
}

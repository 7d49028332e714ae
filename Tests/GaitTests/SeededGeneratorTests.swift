import Testing

@testable import Gait

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

import Testing

@testable import Gait

struct FootStrikesTests {
    /// A gait whose left and right foot have the given heights, one frame each.
    private func joints(left: [Float], right: [Float]) -> JointPaths {
        var coordinates = [Float](repeating: 0, count: left.count * 48)
        for frame in left.indices {
            coordinates[frame * 48 + 12 * 3 + 1] = left[frame]
            coordinates[frame * 48 + 15 * 3 + 1] = right[frame]
        }
        return JointPaths(Gait(validated: coordinates), origin: .world)
    }

    private func strikes(_ heights: [Float]) -> [Int] {
        FootStrikes.strikes(of: .leftFoot, in: joints(left: heights, right: heights))
    }

    private func rising(_ count: Int) -> [Float] { (0..<count).map(Float.init) }

    @Test("a frame lower than both neighbours is a strike, the first and last frame never")
    func minima() {
        #expect(strikes([0, 1, 0, 1, 2, 1, 3, 0]) == [2, 5])
        #expect(strikes([3, 2, 1, 0]) == [])
        #expect(strikes([1]) == [])
    }

    @Test("of a foot at rest every other frame is a strike")
    func rest() {
        #expect(strikes([1, 1, 1, 1, 1, 1, 1]) == [1, 3, 5])
    }

    @Test("both ends of a flat minimum are strikes, and what lies between not next to one")
    func plateau() {
        #expect(strikes([2, 1, 1, 2]) == [1, 2])
        #expect(strikes([2, 1, 1, 1, 2]) == [1, 3])
        #expect(strikes([2, 1, 1, 1, 1, 2]) == [1, 3, 4])
    }

    @Test("with both feet the stride is the mean of all differences")
    func bothFeet() {
        let joints = joints(left: [2, 1, 2, 1, 2, 2.5, 3, 4], right: [3, 2, 3, 3.5, 4, 3, 4, 5])
        // Left strikes at 1 and 3, right at 1 and 5.
        #expect(FootStrikes.strideFrames(of: joints) == 3)
    }

    @Test("with one foot it is a frame more than the mean, with none the gait's length")
    func oneFootOrNone() {
        let one: [Float] = [2, 1, 2, 1, 2, 3, 4, 5]
        #expect(FootStrikes.strideFrames(of: joints(left: one, right: rising(8))) == 3)
        #expect(FootStrikes.strideFrames(of: joints(left: rising(8), right: one)) == 3)
        #expect(FootStrikes.strideFrames(of: joints(left: rising(8), right: rising(8))) == 8)
    }
}

import Testing

@testable import Gait

struct UpAxisTests {
    @Test("the named axis becomes y")
    func up() {
        #expect(UpAxis.y.yUp(SIMD3(1, 2, 3)) == SIMD3(1, 2, 3))
        #expect(UpAxis.z.yUp(SIMD3(0, 0, 1)) == SIMD3(0, 1, 0))
        #expect(UpAxis.minusY.yUp(SIMD3(0, -1, 0)) == SIMD3(0, 1, 0))
    }

    @Test("the frame stays right-handed", arguments: UpAxis.allCases)
    func handedness(axis: UpAxis) {
        let (x, y, z) = (axis.yUp(SIMD3(1, 0, 0)), axis.yUp(SIMD3(0, 1, 0)), axis.yUp(SIMD3(0, 0, 1)))
        let cross = SIMD3(x.y * y.z - x.z * y.y, x.z * y.x - x.x * y.z, x.x * y.y - x.y * y.x)
        #expect(cross == z)
    }

    @Test("the reverse gives the position back", arguments: UpAxis.allCases)
    func reverse(axis: UpAxis) {
        #expect(axis.fromYUp(axis.yUp(SIMD3(1, 2, 3))) == SIMD3(1, 2, 3))
    }
}

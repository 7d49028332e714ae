import Testing

@testable import Gait

struct GaitGeometryTests {
    private let gait = TestBody.gait(frames: 2) { _ in TestBody.standing }

    @Test("a bone reaches from a joint to its parent")
    func boneLength() {
        #expect((gait.boneLength(frame: 0, joint: .neck) - 0.25).magnitude < 1e-6)
        #expect(gait.boneLength(frame: 0, joint: .root) == 0)
    }

    @Test("left to right is the horizontal sum of hips and shoulders")
    func leftToRight() {
        #expect(distance(gait.leftToRight(frame: 1), SIMD3(-0.6, 0, 0)) < 1e-6)
    }

    @Test("setting a joint changes that joint of that frame only")
    func set() {
        var changed = gait
        changed.set(SIMD3(1, 2, 3), frame: 1, joint: .head)
        #expect(changed.position(frame: 1, joint: .head) == SIMD3(1, 2, 3))
        #expect(zip(changed.coordinates, gait.coordinates).filter { $0 != $1 }.count == 3)
    }
}

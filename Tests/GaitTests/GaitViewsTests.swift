import Testing

@testable import Gait

struct GaitViewsTests {
    private let walk = TestBody.walk()

    @Test("a mirror exchanges the sides and turns x around, twice gives the walk back")
    func mirrored() {
        let mirrored = walk.mirrored()
        let left = walk.position(frame: 20, joint: .leftFoot)
        #expect(mirrored.position(frame: 20, joint: .rightFoot) == left * SIMD3(-1, 1, 1))
        #expect(mirrored.position(frame: 20, joint: .head).y == walk.position(frame: 20, joint: .head).y)
        #expect(mirrored.mirrored() == walk)
        #expect(mirrored != walk)
    }

    @Test("exchanged sides leave every position in its place, under the other side's name")
    func swapped() {
        var swapped = walk
        swapped.swapSides()
        for joint in Joint.allCases {
            #expect(
                swapped.position(frame: 7, joint: joint) == walk.position(frame: 7, joint: joint.mirrored))
        }
    }

    @Test("a quarter turn brings +z to +x and keeps heights")
    func rotated() {
        let turned = walk.rotated(yaw: .pi / 2)
        let (before, after) = (
            walk.position(frame: 60, joint: .head), turned.position(frame: 60, joint: .head)
        )
        #expect(distance(after, SIMD3(before.z, before.y, -before.x)) < 1e-5)
        #expect(largestDifference(turned.rotated(yaw: -.pi / 2), walk) < 1e-5)
    }

    @Test("scaling makes body and path larger")
    func scaled() {
        let scaled = walk.scaled(by: 1.5)
        #expect(
            distance(scaled.position(frame: 9, joint: .root), walk.position(frame: 9, joint: .root) * 1.5)
                < 1e-6)
    }
}

import Foundation
import Gait
import Testing

@testable import GaitModels

@Suite("MotionForm")
struct MotionFormTests {
    @Test(
        "a walk in a bend comes back from its bones: pose, height and turning; its way from the standing foot"
    )
    func bones() throws {
        var walk = TestWalk.gait(armSwing: 0.5, seed: 3)
        walk.turn(by: (0..<walk.frames).map { 0.02 * Float($0) })
        let values = MotionForm.bones.encode(walk)
        let again = try MotionForm.bones.decode(values, unit: 1)
        let (before, after) = (Heading(walk).rates, Heading(again).rates)
        #expect(zip(before, after).allSatisfy { abs($0 - $1) < 0.05 })
        var (one, other) = (walk.rootRelative(), again.rootRelative())
        one.turnHipsToX()
        other.turnHipsToX()
        #expect(zip(one.coordinates, other.coordinates).allSatisfy { abs($0 - $1) < 0.03 })
        for frame in 0..<walk.frames {
            let height = walk.position(frame: frame, joint: .root).y
            #expect(abs(again.position(frame: frame, joint: .root).y - height) < 1e-4)
        }
    }

    @Test("bones are the same wherever a walk begins and whichever way it leads")
    func anywhere() {
        let walk = TestWalk.gait(armSwing: 0.5, seed: 4)
        let (one, other) = (MotionForm.bones.encode(walk), MotionForm.bones.encode(walk.rotated(yaw: 2)))
        #expect(zip(one, other).allSatisfy { abs($0 - $1) < 1e-3 })
    }

    @Test("the mirror image turns the other way")
    func mirror() {
        var walk = TestWalk.gait(armSwing: 0.5, seed: 5)
        walk.turn(by: (0..<walk.frames).map { 0.02 * Float($0) })
        let (one, other) = (MotionForm.bones.encode(walk), MotionForm.bones.encode(walk.mirrored()))
        #expect(abs(one[0]) > 0.1 && abs(one[0] + other[0]) < 1e-3 && abs(one[2] - other[2]) < 1e-3)
    }
}

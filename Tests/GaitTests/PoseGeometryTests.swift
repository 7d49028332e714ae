import Testing

@testable import Gait

struct PoseGeometryTests {
    /// A body whose root is in (1, 0.9, 2), with its neck above it.
    private func body(torso: Float) -> Pose {
        var pose = Pose()
        pose[.root] = SIMD3(1, 0.9, 2)
        pose[.neck] = SIMD3(1, 0.9 + torso, 2)
        return pose
    }

    @Test(
        "a torso of 0.2 to 1 m is plausible: a small child's and a giant's",
        arguments: [0.21, 0.25, 0.5, 0.99])
    func plausible(torso: Float) {
        #expect(body(torso: torso).isPlausible)
    }

    @Test("a torso in another unit, or none, is not", arguments: [0, 0.0005, 0.05, 0.19, 1.01, 50, 500])
    func implausible(torso: Float) {
        #expect(!body(torso: torso).isPlausible)
    }

    @Test("whoever lies or bows is a body, and a body without neck or root cannot be judged")
    func notJudged() {
        var lying = body(torso: 0.5)
        lying[.neck] = SIMD3(1.3, 0.5, 2)
        #expect(lying.isPlausible)
        for joint in [Joint.neck, .root] {
            var pose = body(torso: 7)
            pose.remove(joint)
            #expect(pose.isPlausible && pose.torsoLength == nil)
        }
    }

    @Test("a body is where its root is, or else between its hips, or in the middle of what is seen of it")
    func place() {
        var pose = Pose()
        #expect(pose.place == nil)
        pose[.head] = SIMD3(4, 1.6, 8)
        #expect(pose.place == SIMD2(4, 8))
        pose[.leftHip] = SIMD3(1, 0.9, 2)
        #expect(pose.place == SIMD2(2.5, 5))
        pose[.rightHip] = SIMD3(2, 0.9, 2)
        #expect(pose.place == SIMD2(1.5, 2))
        pose[.root] = SIMD3(7, 1, 7)
        #expect(pose.place == SIMD2(7, 7))
    }
}

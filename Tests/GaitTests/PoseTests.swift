import TestSupport
import Testing

@testable import Gait

struct PoseTests {
    @Test("a joint is missing until it is set, and again once it is removed")
    func presence() {
        var pose = Pose()
        #expect(pose.present.isEmpty)
        pose[.head] = SIMD3(1, 2, 3)
        #expect(pose.present == JointSet(.head))
        #expect(pose[.head] == SIMD3(1, 2, 3))
        pose.remove(.head)
        #expect(pose == Pose())
    }

    @Test(
        "a position not finite or too far is missing",
        arguments: [Float.nan, .infinity, -.infinity, 1e30, 10_001])
    func unacceptable(value: Float) {
        var pose = TestBody.pose(TestBody.standing)
        pose[.head] = SIMD3(0, value, 0)
        #expect(!pose.present.contains(.head))
        #expect(pose[.head] == .zero)
        var positions = TestBody.pose(TestBody.standing).positions
        positions[3].z = value
        #expect(Pose(positions: positions).present.count == 15)
    }

    @Test("poses are equal by their joints' positions and presence")
    func equality() {
        let pose = TestBody.pose(TestBody.standing)
        var other = pose
        #expect(pose == other)
        other[.leftHand].x += 0.01
        #expect(pose != other)
        other = Pose(positions: pose.positions, present: .all.subtracting(JointSet(.spine)))
        #expect(pose != other)
    }
}

struct PoseGeometryTests {
    /// A body whose root is in (1, 0.9, 2), with its neck above it.
    private func body(torso: Float) -> Pose {
        var pose = Pose()
        pose[.root] = SIMD3(1, 0.9, 2)
        pose[.neck] = SIMD3(1, 0.9 + torso, 2)
        return pose
    }

    @Test("a torso of 0.2 to 1 m is plausible: a child's and a giant's", arguments: [0.21, 0.25, 0.5, 0.99])
    func plausible(torso: Float) {
        #expect(body(torso: torso).isPlausible)
    }

    @Test("a torso in another unit, or none, is not", arguments: [0, 0.0005, 0.05, 0.19, 1.01, 50, 500])
    func implausible(torso: Float) {
        #expect(!body(torso: torso).isPlausible)
    }

    @Test("a person who lies or bows is a body, and a body without neck or root cannot be judged")
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

struct QuantizedPoseTests {
    private func distance(_ one: Pose, _ other: Pose) -> Float {
        Joint.allCases.map { joint in
            let offset = one[joint] - other[joint]
            return max(abs(offset.x), abs(offset.y), abs(offset.z))
        }.max() ?? 0
    }

    @Test("a pose comes back within 0.1 mm, the root exactly", arguments: [Float(0), 100, 900])
    func precision(place: Float) {
        for frame in 0..<30 {
            let joints = TestBody.walkingFrame(at: Float(frame) / 30).map { $0 + SIMD3(place, 0.1, -place) }
            let pose = TestBody.pose(joints)
            let kept = QuantizedPose(pose, at: 17.25)
            #expect(kept.stamp == 17.25)
            #expect(kept.pose.present == .all)
            #expect(kept.pose[.root] == pose[.root])
            #expect(distance(kept.pose, pose) <= 1e-4)
        }
    }

    @Test("missing joints are missing, also the root")
    func missing() {
        var pose = TestBody.walkingPose(at: 0.3)
        pose.remove(.root)
        pose.remove(.leftHand)
        let kept = QuantizedPose(pose, at: 1).pose
        #expect(kept.present == pose.present)
        #expect(distance(kept, pose) <= 1e-4)
        #expect(QuantizedPose(Pose(), at: 1).pose == Pose())
    }

    @Test("a joint too far from the root to be a limb is missing")
    func far() {
        var pose = TestBody.walkingPose(at: 0.3)
        pose[.leftHand] = pose[.root] + SIMD3(0, 3.4, 0)
        #expect(QuantizedPose(pose, at: 1).pose.present == JointSet.all.subtracting(JointSet(.leftHand)))
    }

    @Test("it takes 112 bytes")
    func size() {
        #expect(MemoryLayout<QuantizedPose>.stride == 112)
    }
}

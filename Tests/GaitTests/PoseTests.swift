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
        "a position that is not finite or absurdly far makes the joint missing",
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

import Testing

@testable import Gait

struct QuantizedPoseTests {
    private func distance(_ one: Pose, _ other: Pose) -> Float {
        Joint.allCases.map { joint in
            let offset = one[joint] - other[joint]
            return max(abs(offset.x), abs(offset.y), abs(offset.z))
        }.max() ?? 0
    }

    @Test(
        "a pose comes back within a tenth of a millimetre, the root as it was",
        arguments: [Float(0), 100, 900])
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

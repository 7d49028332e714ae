import Testing

@testable import Gait

struct SkeletonLayoutTests {
    /// A body whose joint i is at (i, 0, 0), so that a mapped joint tells where it comes from.
    private func numbered(_ layout: SkeletonLayout, missing: Set<Int> = []) -> Pose {
        layout.pose { index in
            #expect((0..<layout.jointCount).contains(index))
            return missing.contains(index) ? nil : SIMD3(Float(index), 0, 0)
        }
    }

    private func origins(_ pose: Pose) -> [Float] { Joint.allCases.map { pose[$0].x } }

    @Test("step16 is the pose itself")
    func step16() {
        let pose = numbered(.step16)
        #expect(origins(pose) == (0..<16).map(Float.init))
        #expect(pose.present == .all)
    }

    @Test("BlazePose has its root, neck and head between two joints, and the spine between root and neck")
    func blazepose33() {
        #expect(SkeletonLayout.blazepose33.jointCount == 33)
        #expect(
            origins(numbered(.blazepose33)) == [
                23.5, 17.5, 11.5, 7.5, 11, 13, 15, 12, 14, 16, 23, 25, 27, 24, 26, 28,
            ])
    }

    @Test("Kinect v2 maps joint by joint, wrists as hands and ankles as feet")
    func kinect25() {
        #expect(SkeletonLayout.kinect25.jointCount == 25)
        #expect(
            origins(numbered(.kinect25)) == [0, 1, 20, 3, 4, 5, 6, 8, 9, 10, 12, 13, 14, 16, 17, 18])
    }

    @Test("a missing source joint makes what is mapped from it missing, and nothing else")
    func missingJoints() {
        let pose = numbered(.blazepose33, missing: [23])
        #expect(
            JointSet.all.subtracting(pose.present) == [JointSet(.root), JointSet(.spine), JointSet(.leftHip)])
        #expect(
            JointSet.all.subtracting(numbered(.kinect25, missing: [20, 7]).present) == JointSet(.neck))
    }

    @Test("layouts are found by their names in messages")
    func names() {
        #expect(SkeletonLayout(rawValue: "kinect25") == .kinect25)
        #expect(SkeletonLayout(rawValue: "kinect") == nil)
    }
}

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

    /// Where each of the 16 joints of a numbered body comes from.
    private static let rows: [(layout: SkeletonLayout, jointCount: Int, origins: [Float])] = [
        (.coco17, 17, [11.5, 8.5, 5.5, 3.5, 5, 7, 9, 6, 8, 10, 11, 13, 15, 12, 14, 16]),
        (.coco18, 18, [9.5, 5.25, 1, 16.5, 5, 6, 7, 2, 3, 4, 11, 12, 13, 8, 9, 10]),
        (.cubemos18, 18, [9.5, 5.25, 1, 16.5, 5, 6, 7, 2, 3, 4, 11, 12, 13, 8, 9, 10]),
        (.ros4hri18, 18, [9.5, 5.25, 1, 16.5, 5, 6, 7, 2, 3, 4, 11, 12, 13, 8, 9, 10]),
        (.openpose25, 25, [8, 4.5, 1, 17.5, 5, 6, 7, 2, 3, 4, 12, 13, 14, 9, 10, 11]),
        (.kinect25, 25, [0, 1, 20, 3, 4, 5, 6, 8, 9, 10, 12, 13, 14, 16, 17, 18]),
        (.azure32, 32, [0, 1, 3, 26, 5, 6, 7, 12, 13, 14, 18, 19, 20, 22, 23, 24]),
        (.zed34, 34, [0, 1, 3, 26, 5, 6, 7, 12, 13, 14, 18, 19, 20, 22, 23, 24]),
        (.zed38, 38, [0, 2, 4, 8.5, 12, 14, 16, 13, 15, 17, 18, 20, 22, 19, 21, 23]),
        (.nuitrack25, 25, [4, 3, 2, 1, 6, 7, 8, 12, 13, 14, 17, 18, 19, 21, 22, 23]),
        (.blazepose33, 33, [23.5, 17.5, 11.5, 7.5, 11, 13, 15, 12, 14, 16, 23, 25, 27, 24, 26, 28]),
        (.h36m17, 17, [0, 7, 8, 10, 11, 12, 13, 14, 15, 16, 4, 5, 6, 1, 2, 3]),
    ]

    @Test("each layout maps by its row: wrists are hands, ankles feet, and what it lacks is a midpoint")
    func rows() {
        #expect(Self.rows.count + 1 == SkeletonLayout.allCases.count)
        for (layout, jointCount, expected) in Self.rows {
            #expect(layout.jointCount == jointCount)
            #expect(origins(numbered(layout)) == expected, "\(layout.rawValue)")
        }
    }

    @Test(
        "the head is the nose where an ear is missing, and missing where both are",
        arguments: [
            (SkeletonLayout.coco17, 3), (.coco18, 16), (.cubemos18, 17), (.ros4hri18, 16), (.openpose25, 18),
        ])
    func noseForEars(layout: SkeletonLayout, ear: Int) {
        let pose = numbered(layout, missing: [ear])
        #expect(pose.present == .all && pose[.head] == .zero)
        #expect(JointSet.all.subtracting(numbered(layout, missing: [ear, 0]).present) == JointSet(.head))
    }

    @Test("what Nuitrack never fills is not needed")
    func neverFilled() {
        #expect(numbered(.nuitrack25, missing: [0, 10, 16, 20, 24]).present == .all)
    }

    @Test("a missing source joint makes what is mapped from it missing, and nothing else")
    func missingJoints() {
        let pose = numbered(.blazepose33, missing: [23])
        #expect(
            JointSet.all.subtracting(pose.present) == [JointSet(.root), JointSet(.spine), JointSet(.leftHip)])
        #expect(JointSet.all.subtracting(numbered(.kinect25, missing: [20, 7]).present) == JointSet(.neck))
    }

    @Test("layouts are found by their names in messages")
    func names() {
        #expect(SkeletonLayout(rawValue: "kinect25") == .kinect25)
        #expect(SkeletonLayout(rawValue: "kinect") == nil)
    }
}

struct LengthUnitTests {
    @Test("units are found by their names and give meters")
    func metres() {
        #expect(LengthUnit(rawValue: "m")?.metres == 1)
        #expect(LengthUnit(rawValue: "cm")?.metres == 0.01)
        #expect(LengthUnit(rawValue: "mm")?.metres == 0.001)
        #expect(LengthUnit(rawValue: "inch") == nil)
    }
}

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

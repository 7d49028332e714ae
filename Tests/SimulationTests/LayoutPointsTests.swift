import Gait
import Testing

@testable import Simulation

@Suite("Joints of a layout")
struct LayoutPointsTests {
    private let pose = Walker(emotion: .neutral, seed: 1).pose(at: 0.4)

    @Test("what a layout reports maps back to the pose", arguments: SkeletonLayout.allCases)
    func roundTrip(layout: SkeletonLayout) {
        let joints = layout.joints(of: pose)
        #expect(joints.count == layout.jointCount)
        let mapped = layout.pose { joints[$0] }
        #expect(mapped.present == .all)
        for joint in Joint.allCases {
            let offset = mapped[joint] - pose[joint]
            // A layout without a joint for the root, spine or neck has a midpoint near it.
            let isMidpoint = layout.sources[joint.rawValue] != .joint(0) && joint.rawValue < 4
            #expect((offset * offset).sum().squareRoot() < (isMidpoint ? 0.08 : 1e-5), "\(joint.name)")
        }
    }

    @Test("no two joints of a layout are in one place", arguments: SkeletonLayout.allCases)
    func different(layout: SkeletonLayout) {
        let joints = layout.joints(of: pose).compactMap(\.self)
        #expect(Set(joints).count == layout.jointCount)
    }

    @Test("the face looks where the walk goes, and toes point there")
    func forward() throws {
        let joints = SkeletonLayout.blazepose33.joints(of: pose)
        let walk = Walker(emotion: .neutral, seed: 1)
        let ahead = walk.pose(at: 1)[.root] - walk.pose(at: 0)[.root]
        let ears = try (#require(joints[7]) + #require(joints[8])) / 2
        #expect(try ((#require(joints[0]) - ears) * ahead).sum() > 0)
        #expect(try ((#require(joints[31]) - #require(joints[29])) * ahead).sum() > 0)
        #expect(try ((#require(joints[32]) - #require(joints[30])) * ahead).sum() > 0)
    }

    @Test("a missing joint takes with it what is told by it, and nothing else")
    func missing() {
        var partial = pose
        partial.remove(.leftHand)
        let joints = SkeletonLayout.kinect25.joints(of: partial)
        let missing = joints.indices.filter { joints[$0] == nil }
        #expect(missing == [6, 7, 21, 22])
    }
}

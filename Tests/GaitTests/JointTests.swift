import TestSupport
import Testing

@testable import Gait

struct JointTests {
    @Test("the order is the gait tensor's, left limbs first")
    func order() {
        #expect(Joint.allCases.count == Joint.count)
        #expect(Joint.leftShoulder.rawValue == 4)
        #expect(Joint.rightHand.rawValue == 9)
        #expect(Joint.leftHip.rawValue == 10)
        #expect(Joint.rightFoot.rawValue == 15)
        #expect(Set(Joint.allCases.map(\.name)).count == 16)
    }

    @Test("mirroring twice gives the joint back, and keeps to the same bone", arguments: Joint.allCases)
    func mirroring(joint: Joint) {
        #expect(joint.mirrored.mirrored == joint)
        #expect(joint.mirrored.parent == joint.parent?.mirrored)
    }

    @Test("a parent comes before its children, and every joint leads to the root", arguments: Joint.allCases)
    func parents(joint: Joint) {
        guard let parent = joint.parent else {
            #expect(joint == .root)
            return
        }
        #expect(parent.rawValue < joint.rawValue)
    }
}

struct JointSetTests {
    @Test("a set holds exactly the joints put into it")
    func membership() {
        let set: JointSet = [JointSet(.root), JointSet(.rightFoot)]
        #expect(Joint.allCases.filter(set.contains) == [.root, .rightFoot])
        #expect(set.count == 2)
    }

    @Test("all is every joint")
    func all() {
        #expect(Joint.allCases.allSatisfy(JointSet.all.contains))
        #expect(JointSet.all.count == 16)
    }
}

struct SkeletonGraphTests {
    private func entries(_ partition: Int, _ distance: SkeletonGraph.HopDistance) -> [(v: Int, w: Int)] {
        let partitions = SkeletonGraph.partitions(distance)
        return (0..<256).filter { partitions[partition * 256 + $0] != 0 }.map { (v: $0 / 16, w: $0 % 16) }
    }

    @Test("the partitions are those of the released weights", .sharedData)
    func released() throws {
        let released = try SharedFixtures.tensor("A", in: SharedFixtures.releasedWeights)
        let ours = SkeletonGraph.partitions(.oneHop)
        #expect(released.count == ours.count)
        #expect(zip(released, ours).allSatisfy { ($0 - $1).magnitude < 1e-6 })
    }

    @Test("cut at one hop, only the root's and its neighbors' edges lead outwards")
    func oneHop() {
        let outward = entries(2, .oneHop).map { [$0.v, $0.w] }
        #expect(outward == [[0, 1], [0, 10], [0, 13], [1, 2], [10, 11], [13, 14]])
    }

    @Test("with full distances, every bone leads inwards once and outwards once")
    func full() {
        #expect(entries(1, .full).allSatisfy { Joint(rawValue: $0.v)?.parent?.rawValue == $0.w })
        #expect(entries(2, .full).allSatisfy { Joint(rawValue: $0.w)?.parent?.rawValue == $0.v })
        #expect(entries(1, .full).count == 15)
        #expect(entries(2, .full).count == 15)
    }

    @Test("the columns of all partitions together sum to 1", arguments: SkeletonGraph.HopDistance.allCases)
    func columns(distance: SkeletonGraph.HopDistance) {
        let partitions = SkeletonGraph.partitions(distance)
        for w in 0..<16 {
            let sum = (0..<48).reduce(Float(0)) { $0 + partitions[$1 * 16 + w] }
            #expect((sum - 1).magnitude < 1e-6)
        }
    }
}

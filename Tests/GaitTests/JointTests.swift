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

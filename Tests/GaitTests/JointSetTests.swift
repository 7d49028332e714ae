import Testing

@testable import Gait

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

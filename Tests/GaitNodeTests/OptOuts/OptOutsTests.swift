import Messaging
import Storage
import Testing

@testable import GaitNode

struct OptOutsTests {
    @Test("a pause covers the people that it names, and does not end by itself")
    func cover() {
        var pauses = OptOuts([StoredOptOut(robot: "r1", person: "7"), StoredOptOut(robot: "r2")])
        #expect(pauses.cover(robot: "r1", person: "7") && !pauses.cover(robot: "r1", person: "8"))
        #expect(!pauses.cover(robot: "r3", person: "7") && !pauses.cover(robot: "r1"))
        #expect(pauses.cover(robot: "r2") && pauses.cover(robot: "r2", person: "7"))
        pauses.insert(StoredOptOut())
        #expect(pauses.cover(robot: "r3", person: "7") && pauses.isNodePaused)
        pauses.remove(StoredOptOut())
        pauses.remove(StoredOptOut(robot: "r2", person: "7"))
        #expect(!pauses.cover(robot: "r3") && pauses.cover(robot: "r2", person: "7"))
        pauses.remove(StoredOptOut(robot: "r2"))
        pauses.remove(StoredOptOut(robot: "r1", person: "7"))
        #expect(pauses == OptOuts() && pauses.isEmpty)
    }

    @Test(
        "names that the node gives itself do not outlive the run",
        arguments: [
            ("t1", false), ("door-t12", false), ("7", true), ("door-7", true), ("t", true), ("cat1", true),
            ("t1x", true), ("t1-7", true),
        ])
    func lasting(name: String, isLasting: Bool) {
        #expect(StoredOptOut(robot: "r1", person: name).isLasting == isLasting)
        #expect(StoredOptOut().isLasting && StoredOptOut(robot: "t1").isLasting)
    }
}

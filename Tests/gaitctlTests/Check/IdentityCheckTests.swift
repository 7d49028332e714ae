import Gait
import Testing

@testable import gaitctl

struct IdentityCheckTests {
    @Test("the check reports ids that swap places")
    func swaps() {
        expectText("ids", "ids swap places 4 times, first") {
            $0.id = { person, frame in "\((frame / 50) % 2 == 0 ? person : 1 - person)" }
        }
    }

    @Test("the check reports people who go on under a new id")
    func breaks() {
        expectText("ids", "6 people continued under a new id") {
            $0.id = { person, frame in "\(person + 10 * (frame / 60))" }
        }
    }

    @Test("the check reports an id that is given to people far apart")
    func leaps() {
        expectText("ids", "people jump") {
            $0.people = 1
            $0.pose = { pose, _, frame in pose.mapped { $0 + SIMD3((frame / 40) % 2 == 0 ? 0 : 3, 0, 0) } }
        }
    }

    @Test("the check reports missing and duplicate ids")
    func rejected() {
        expectText("ids", "240 bodies have no id") { $0.id = { person, _ in person == 0 ? nil : "7" } }
        expectText("ids", "240 bodies share the id of another") { $0.id = { _, _ in "7" } }
    }

    @Test("people who come and go are no fault")
    func visitors() {
        let check = expectFaults([]) {
            $0.people = 3
            $0.id = { person, _ in "\(person)" }
        }
        #expect(check.texts("ids").contains("3 ids, 0 new after the first second"))
    }
}

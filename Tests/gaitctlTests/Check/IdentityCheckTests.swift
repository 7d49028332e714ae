import Gait
import Testing

@testable import gaitctl

struct IdentityCheckTests {
    @Test("ids that swap places are told")
    func swaps() {
        var stream = FaultyStream()
        stream.id = { person, frame in "\((frame / 50) % 2 == 0 ? person : 1 - person)" }
        let check = stream.check()
        #expect(check.texts("ids").contains("ids swap places 4 times, first"), "\(check.text)")
    }

    @Test("people who go on under a new id are told")
    func breaks() {
        var stream = FaultyStream()
        stream.id = { person, frame in "\(person + 10 * (frame / 60))" }
        let check = stream.check()
        #expect(check.texts("ids").contains("6 people continued under a new id"), "\(check.text)")
    }

    @Test("an id that is given to people far apart is told")
    func leaps() {
        var stream = FaultyStream()
        stream.people = 1
        stream.pose = { pose, _, frame in pose.mapped { $0 + SIMD3((frame / 40) % 2 == 0 ? 0 : 3, 0, 0) } }
        #expect(stream.check().texts("ids").contains("people jump"), "\(stream.check().text)")
    }

    @Test("missing and duplicate ids are told")
    func rejected() {
        var missing = FaultyStream()
        missing.id = { person, _ in person == 0 ? nil : "7" }
        #expect(missing.check().texts("ids").contains("240 bodies have no id"), "\(missing.check().text)")
        var duplicate = FaultyStream()
        duplicate.id = { _, _ in "7" }
        #expect(duplicate.check().texts("ids").contains("240 bodies share the id of another"))
    }

    @Test("people who come and go are no fault")
    func visitors() {
        var stream = FaultyStream()
        stream.people = 3
        stream.id = { person, frame in "\(person)" }
        stream.joints = { $0 }
        let check = stream.check()
        #expect(check.faults == [], "\(check.text)")
        #expect(check.texts("ids").contains("3 ids, 0 new after the first second"))
    }
}

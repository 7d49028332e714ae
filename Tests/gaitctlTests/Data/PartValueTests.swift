import Testing

@testable import gaitctl

@Suite("Values of parts")
struct PartValueTests {
    @Test("a part's own value comes before the one for all, and the last one counts")
    func order() throws {
        let values = ["30", "ELMD=60", "25", "ELMD=50"].compactMap { PartValue($0, read: Float.init) }
        #expect(values.count == 4)
        #expect(values.value(for: "ELMD") == 50)
        #expect(values.value(for: "main") == 25)
        #expect([PartValue<Float>]().value(for: "main") == nil)
    }

    @Test("what is no value is none", arguments: ["", "x", "ELMD=", "ELMD=x", "ELMD=1=2"])
    func wrong(text: String) {
        #expect(PartValue(text, read: Float.init) == nil)
    }
}

import ArgumentParser
import Testing

@testable import gaitctl

@Suite("Values of parts")
struct PartValueTests {
    private func values(_ arguments: [String]) throws -> PartValues<Float> {
        try PartValues("fps", arguments, "a number", read: { Float($0) })
    }

    @Test("a part's own value comes before the one for all, and the last one counts")
    func order() throws {
        let values = try values(["30", "ELMD=60", "25", "ELMD=50"])
        #expect(values["ELMD"] == 50)
        #expect(values["main"] == 25)
        #expect(try self.values([])["main"] == nil)
    }

    @Test("what is no value is refused", arguments: ["", "x", "ELMD=", "ELMD=x", "ELMD=1=2"])
    func wrong(text: String) {
        let error = #expect(throws: ValidationError.self) { try values([text]) }
        #expect(error?.message == "--fps is a number, not \(text).")
    }
}

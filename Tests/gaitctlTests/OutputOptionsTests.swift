import Testing

@testable import gaitctl

struct OutputOptionsTests {
    @Test("a result is one line of JSON, keys sorted, slashes as they are")
    func encoded() throws {
        #expect(try OutputOptions.encoded(["b": "x/y", "a": "z\n"]) == #"{"a":"z\n","b":"x/y"}"#)
    }

    @Test("a value that is not a number is a failure, not half a result")
    func notANumber() {
        #expect(throws: CommandFailure.self) { try OutputOptions.encoded(["loss": Double.nan]) }
    }
}

import Testing

@testable import Datasets

@Suite("Comma-separated values")
struct CommaSeparatedValuesTests {
    private func fields(_ text: String) throws -> [[String]] {
        try CommaSeparatedValues(parsing: text).records.map(\.fields)
    }

    @Test("plain records end with LF, CRLF or the end of the text")
    func plainRecords() throws {
        #expect(try fields("a,b\nc,d\r\ne,f") == [["a", "b"], ["c", "d"], ["e", "f"]])
        #expect(try fields("a,b\n") == [["a", "b"]])
    }

    @Test("empty fields are kept, empty lines are not")
    func emptyFields() throws {
        #expect(try fields(",a,\n\n\r\n\"\"\n") == [["", "a", ""], [""]])
        #expect(try fields("") == [])
    }

    @Test("quoted fields hold commas, doubled quotes and line ends")
    func quotedFields() throws {
        #expect(
            try fields("\"a,b\",\"say \"\"hi\"\"\",\"two\r\nlines\"\nx,y,z") == [
                ["a,b", "say \"hi\"", "two\r\nlines"], ["x", "y", "z"],
            ])
    }

    @Test("a byte order mark and characters of several bytes are read")
    func unicode() throws {
        #expect(try fields("\u{FEFF}schlüssel,歩容\n") == [["schlüssel", "歩容"]])
    }

    @Test("a lone carriage return belongs to its field")
    func loneCarriageReturn() throws {
        #expect(try fields("a\rb,c") == [["a\rb", "c"]])
    }

    @Test("records know the line that they begin on")
    func lines() throws {
        let table = try CommaSeparatedValues(parsing: "a\n\"b\nc\"\n\nd\n")
        #expect(table.records.map(\.line) == [1, 2, 5])
    }

    @Test(
        "what is not in the form is refused with its line",
        arguments: [("a\n\"b", 2), ("\"a\"b", 1), ("a\nb\"c", 2)])
    func refused(text: String, line: Int) throws {
        let error = #expect(throws: CommaSeparatedValues.FormatError.self) {
            try CommaSeparatedValues(parsing: text)
        }
        #expect(error?.line == line)
    }

    @Test("what is written is read back the same")
    func roundTrip() throws {
        let record = ["plain", "a,b", "\"", "\r\n", "", "歩,容"]
        #expect(
            try fields(CommaSeparatedValues.line(record) + CommaSeparatedValues.line(record)) == [
                record, record,
            ])
    }
}

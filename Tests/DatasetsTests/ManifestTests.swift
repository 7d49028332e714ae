import Testing

@testable import Datasets

struct ManifestTests {
    @Test("columns become the recording, the actor and attributes; empty fields are absent")
    func columns() throws {
        let text = """
            clip,key,label,actor,source_file,licence
            c1,k1,0,anna,"walks, outside/1.bvh",CC BY-NC 4.0
            c2,k2,1,,,
            """
        let manifest = try Manifest(parsing: text, file: "manifest.csv")
        #expect(
            manifest.entries == [
                "k1": .init(
                    sourceFile: "walks, outside/1.bvh", actor: "anna",
                    attributes: ["clip": "c1", "licence": "CC BY-NC 4.0"]),
                "k2": .init(sourceFile: nil, actor: nil, attributes: ["clip": "c2"]),
            ])
    }

    @Test(
        "a table that does not fit is refused with file and line",
        arguments: [
            ("name,label\na,0\n", 1, "no column named key"),
            ("key,key\n", 1, "same name"),
            ("key,label\na,0\nb\n", 3, "1 fields, expected 2"),
            ("key,label\na,0\na,1\n", 3, "\"a\" occurs twice"),
            ("key,label\n\"a,0\n", 2, "closing quote"),
            ("", 1, "no column named key"),
        ])
    func refused(text: String, line: Int, words: String) throws {
        let error = #expect(throws: DatasetError.self) { try Manifest(parsing: text, file: "d/manifest.csv") }
        let description = try #require(error).description
        #expect(description.hasPrefix("d/manifest.csv, line \(line): "))
        #expect(description.contains(words))
    }
}

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
        "malformed text is refused with its line",
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

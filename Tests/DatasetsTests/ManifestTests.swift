import Testing

@testable import Datasets

@Suite("Manifest")
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

import Configuration
import Foundation
import Gait
import TestSupport
import Testing

@testable import GaitNode

@Suite("A configuration with anything changed")
struct ConfigurationFuzzingTests {
    @Test("is accepted or refused in one line with exit 78, and leaves no memory behind")
    func mutations() async {
        await #expect(processExitsWith: .success) {
            FuzzedProcess.limit()
            let folder = try TemporaryFolder()
            let path = folder.path("gaitd.yaml")
            let whole = try String(contentsOfFile: PackageFolder.path("config/gaitd.yaml"), encoding: .utf8)
            let parts = ConfigurationFuzzingTests.parts(of: whole)
            // Once in every fifty cases the whole file, which takes as long as the others together.
            var mutations = Mutations(
                parts + parts + parts + [Array(whole.utf8)], tokens: ConfigurationFuzzingTests.tokens,
                using: SeededGenerator(seed: 9))
            var (accepted, refused, held) = (0, 0, 0)
            for number in 0..<FuzzedProcess.cases {
                if number == FuzzedProcess.cases / 10 { held = FuzzedProcess.residentBytes() }
                // A file that is shortened before it is written is on the disk when it is closed, at a thousand times the cost.
                unlink(path)
                try Data(mutations.next()).write(to: URL(filePath: path))
                do {
                    let file = try ConfigurationFile(path: path)
                    let reader = ConfigReader(providers: [
                        try await file.provider(), ConfigurationFuzzingTests.required,
                    ])
                    _ = try NodeConfiguration(reader: reader, folder: file.folder)
                    accepted += 1
                } catch {
                    refused += 1
                    #expect((error as? GaitNodeError)?.exitCode == 78, "case \(number): \(error)")
                    #expect(!"\(error)".contains { $0.isNewline }, "case \(number): \(error)")
                }
            }
            #expect(FuzzedProcess.residentBytes() - held < FuzzedProcess.mostGrowth)
            #expect(accepted > FuzzedProcess.cases / 50 && refused > FuzzedProcess.cases / 10)
        }
    }

    /// What has no default, for the sections that do not have it.
    static let required = InMemoryProvider(
        values: Dictionary(
            uniqueKeysWithValues: ["purpose", "notice"].map {
                (AbsoluteConfigKey(["deployment", $0]), ConfigValue(.string("a test"), isSecret: false))
            }))

    /// The file's sections, each a file of its own.
    static func parts(of text: String) -> [[UInt8]] {
        text.components(separatedBy: "\n\n").dropFirst().map { Array($0.utf8) }
    }

    static let tokens = [
        "&a ", "*a", "a: &a {b: 1}\n", "<<: *a\n", "!!binary ", "!!float ", "? ", "- ", "| ", "> ", "~",
        ".nan", ".inf",
        "0x10", "0o7", "1_000", "12:30:45", "\t", "\n", "  ", "#", "'", "\"", "{", "}", "[", "]", ",", ": ",
        "---\n",
        "...\n", "%YAML 9.9\n", "[[[[[[[[[[", "{a: {b: {c: {d: 1}}}}", "null", "true", "mqtt:\n  port: ",
    ]

    @Test("mappings that repeat each other by alias, a billion times in all, are refused at once")
    func aliases() throws {
        let folder = try TemporaryFolder()
        var text = "a0: &a0 {x: 1, y: 2}\n"
        for level in 1...40 { text += "a\(level): &a\(level) {x: *a\(level - 1), y: *a\(level - 1)}\n" }
        let path = try folder.write("gaitd.yaml", text)
        #expect(throws: GaitNodeError.self) { try ConfigurationFile(path: path) }
        let key = text + "mqtt: *a40\n"
        let known = try folder.write("known.yaml", String(key.split(separator: "\n").last ?? ""))
        #expect(throws: GaitNodeError.self) { try ConfigurationFile(path: known) }
    }
}

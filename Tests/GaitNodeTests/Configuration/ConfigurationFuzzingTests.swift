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
            let (few, many) = (FuzzedProcess.cases / 10, FuzzedProcess.cases * 9 / 10)
            _ = try await ConfigurationFuzzingTests.read(few, seed: 900)
            let held = FuzzedProcess.residentBytes()
            let accepted = try await ConfigurationFuzzingTests.read(many, seed: 9)
            #expect(FuzzedProcess.residentBytes() - held < FuzzedProcess.mostGrowth)
            #expect(accepted > many / 50 && many - accepted > many / 10)
        }
    }

    /// Reads so many files, ten at a time: a reader waits much longer for its turns than it works.
    ///
    /// - Returns: how many were accepted.
    static func read(_ cases: Int, seed: UInt64) async throws -> Int {
        let workers = 10
        let folder = try TemporaryFolder()
        let whole = try String(contentsOfFile: PackageFolder.path("config/gaitd.yaml"), encoding: .utf8)
        return try await withThrowingTaskGroup(of: Int.self) { group in
            for worker in 0..<workers {
                let path = folder.path("\(worker).yaml")
                group.addTask {
                    // The whole file is one original of thirty: it takes as long as the others together.
                    var mutations = Mutations(
                        Array(repeatElement(parts(of: whole), count: 3).joined()) + [Array(whole.utf8)],
                        tokens: tokens, using: SeededGenerator(seed: seed + UInt64(worker)))
                    var accepted = 0
                    for _ in 0..<cases / workers {
                        accepted += try await isAccepted(mutations.next(), path) ? 1 : 0
                    }
                    return accepted
                }
            }
            return try await group.reduce(0, +)
        }
    }

    private static func isAccepted(_ text: [UInt8], _ path: String) async throws -> Bool {
        // A file that is shortened before it is written is on the disk when it is closed, at a thousand times the cost.
        unlink(path)
        try Data(text).write(to: URL(filePath: path))
        do throws(GaitNodeError) {
            _ = try await TestConfiguration.node(file: path)
            return true
        } catch {
            #expect(error.exitCode == 78, "\(error)")
            #expect(!"\(error)".contains { $0.isNewline }, "\(error)")
            return false
        }
    }

    /// The file's sections, each a file of its own.
    static func parts(of text: String) -> [[UInt8]] {
        text.components(separatedBy: "\n\n").dropFirst().map { Array($0.utf8) }
    }

    static let tokens = [
        "&a ", "*a", "a: &a {b: 1}\n", "<<: *a\n", "!!binary ", "!!float ", "? ", "- ", "| ", "> ", "~",
        ".nan", ".inf", "0x10", "0o7", "1_000", "12:30:45", "\t", "\n", "  ", "#", "'", "\"", "{", "}", "[",
        "]", ",", ": ", "---\n", "...\n", "%YAML 9.9\n", "[[[[[[[[[[", "{a: {b: {c: {d: 1}}}}", "null",
        "true", "mqtt:\n  port: ",
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

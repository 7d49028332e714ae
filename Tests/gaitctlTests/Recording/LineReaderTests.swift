import Foundation
import TestSupport
import Testing

@testable import gaitctl

@Suite("Line reader")
struct LineReaderTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func lines(_ data: Data) throws -> [LineReader.Line] {
        let reader = try LineReader(folder.write("lines", data))
        var lines: [LineReader.Line] = []
        while let line = try reader.next() { lines.append(line) }
        return lines
    }

    @Test(
        "lines come one by one, the last one with or without its end",
        arguments: [("", []), ("a", ["a"]), ("a\n", ["a"]), ("a\n\nb", ["a", "", "b"]), ("\n", [""])])
    func small(text: String, expected: [String]) throws {
        #expect(try lines(Data(text.utf8)) == expected.map { .bytes(Array($0.utf8)) })
    }

    @Test("lines longer than what is read at once are whole")
    func pieces() throws {
        let texts = (0..<6).map { String(repeating: "\($0)", count: 100_000 * ($0 + 1) + $0) }
        #expect(try lines(Data(texts.joined(separator: "\n").utf8)) == texts.map { .bytes(Array($0.utf8)) })
    }

    @Test("a line that is too long is passed over, and the next one read")
    func tooLong() throws {
        var data = Data(repeating: 0x61, count: LineReader.maximumBytes + 1)
        data.append(contentsOf: Array("\nb\n".utf8))
        #expect(try lines(data) == [.tooLong, .bytes([0x62])])
    }

    @Test("what cannot be read is a failure that names it")
    func unreadable() throws {
        let absent = try #require(throws: CommandFailure.self) { try LineReader("/nowhere") }
        #expect(absent.message == "/nowhere cannot be read: No such file or directory")
        let path = folder.path
        let failure = try #require(throws: CommandFailure.self) { try LineReader(path).next() }
        #expect(failure.message == "\(path) cannot be read: Is a directory")
    }
}

import Foundation
import Messaging
import TestSupport
import Testing

@testable import gaitctl

struct RecordingReaderTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("damaged lines are counted by reason and named by number; the others are read")
    func damage() throws {
        let good = #"{"topic":"t","at":1,"payload":{}}"#
        let long = String(repeating: "x", count: LineReader.maximumBytes + 1)
        let bad = Array(repeating: "{", count: 7)
        let lines = [good, "", "[]", good, #"{"topic":"t","at":1}"#, long, "  \r"] + bad + [good]
        var reader = try RecordingReader(folder.write("a.jsonl", lines.joined(separator: "\n")))
        var count = 0
        while let message = try reader.next() {
            #expect(message.topic == "t")
            count += 1
        }
        #expect(count == 3)
        #expect(
            reader.damage.text
                == "line_too_long: 1 (line 6); malformed_line: 8 (lines 3, 8, 9, 10, 11, …); no_payload: 1 (line 5)"
        )
    }

    @Test("a whole recording has no damage")
    func whole() throws {
        let files = try WalkFiles()
        var reader = try RecordingReader(files.recording(seconds: 1))
        var count = 0
        while try reader.next() != nil { count += 1 }
        #expect(count == 30)
        #expect(reader.damage.isEmpty)
    }
}

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

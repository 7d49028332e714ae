import Foundation
import TestSupport
import Testing

@testable import Messaging

struct RecordingReaderTests {
    private static let good = #"{"topic":"t","at":1,"payload":{}}"#
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The lines' messages, and the reader at the end.
    private func read(_ text: String) throws -> (messages: [RecordedMessage], reader: RecordingReader) {
        let reader = try RecordingReader(folder.write("a.jsonl", text))
        var messages: [RecordedMessage] = []
        while let message = try reader.next() { messages.append(message) }
        return (messages, reader)
    }

    @Test("damaged lines are counted by reason and named by number; the others are read")
    func damage() throws {
        let long = String(repeating: "x", count: RecordingReader.maximumLineBytes + 1)
        let bad = Array(repeating: "{", count: 7)
        let lines =
            [Self.good, "", "[]", Self.good, #"{"topic":"t","at":1}"#, long, "  \r"] + bad + [Self.good]
        let (messages, reader) = try read(lines.joined(separator: "\n"))
        #expect(messages.map(\.topic) == ["t", "t", "t"])
        #expect(
            reader.damage.text
                == "line_too_long: 1 (line 6); malformed_line: 8 (lines 3, 8, 9, 10, 11, …); no_payload: 1 (line 5)"
        )
    }

    @Test(
        "messages come one by one, the last one with or without its line's end",
        arguments: [("", 0), (good, 1), (good + "\n", 1), ("\(good)\n\n\(good)", 2), ("\n", 0)])
    func small(text: String, count: Int) throws {
        let (messages, reader) = try read(text)
        #expect(messages.count == count && reader.damage.isEmpty)
    }

    @Test("long lines are whole, up to the longest")
    func long() throws {
        let start = #"{"topic":"t","at":1,"payload":{"a":""#
        let lengths = [100_000, 1_000_000, RecordingReader.maximumLineBytes - start.utf8.count - 3]
        let lines = lengths.map { start + String(repeating: "x", count: $0) + "\"}}" }
        let (messages, reader) = try read(lines.joined(separator: "\n"))
        #expect(messages.map(\.payload.count) == lengths.map { $0 + 8 })
        #expect(reader.damage.isEmpty)
    }

    @Test("what cannot be read is a failure that names it")
    func unreadable() throws {
        #expect(throws: MessagingError.recording("/nowhere cannot be read: No such file or directory")) {
            try RecordingReader("/nowhere")
        }
        let path = folder.path
        #expect(throws: MessagingError.recording("\(path) cannot be read: Is a directory")) {
            try RecordingReader(path).next()
        }
    }
}

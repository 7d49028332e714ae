import Messaging
import TestSupport
import Testing

@testable import gaitctl

@Suite("Recording reader")
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

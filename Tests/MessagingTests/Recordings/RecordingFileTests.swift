import Foundation
import TestSupport
import Testing

@testable import Messaging

struct RecordingFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

    @Test("lines are in the file at once")
    func lines() throws {
        let path = folder.path("new.jsonl")
        let file = try RecordingFile(path, replaces: false)
        try file.append(Array("one\n".utf8))
        #expect(text(path) == "one\n")
        try file.append(Array("two\n".utf8))
        #expect(text(path) == "one\ntwo\n")
        #expect(file.lines == 2 && file.bytes == 8)
    }

    @Test("a new file without a line is removed again")
    func empty() throws {
        let path = folder.path("empty.jsonl")
        do { _ = try RecordingFile(path, replaces: false) }
        #expect(try folder.contents() == [])
    }

    @Test("a file that is there is refused; replaced, it keeps its contents until the first line")
    func replacing() throws {
        let path = try folder.write("old.jsonl", "a long old text\n")
        #expect(throws: MessagingError.recording("\(path) cannot be written: File exists")) {
            try RecordingFile(path, replaces: false)
        }
        do { _ = try RecordingFile(path, replaces: true) }
        #expect(text(path) == "a long old text\n")
        let file = try RecordingFile(path, replaces: true)
        try file.append(Array("new\n".utf8))
        #expect(text(path) == "new\n")
    }

    @Test("a full disk is a failure that says so")
    func full() throws {
        let file = try RecordingFile("/dev/full", replaces: true)
        #expect(throws: MessagingError.recording("/dev/full cannot be written: No space left on device")) {
            try file.append(Array("one\n".utf8))
        }
    }

    @Test("a line that the disk took only the beginning of is taken back")
    func halfLine() async throws {
        let path = folder.path("limited.jsonl")
        let script =
            "ulimit -f 1; trap '' XFSZ; exec \"$0\" record --out \"$1\" --host 127.0.0.1 --port \"$2\""
        try await withBroker { broker, client in
            let run = try ProgramRun(
                "/bin/bash", ["-c", script, ProgramRun.built("gaitctl"), path, "\(broker.port)"])
            let payload = Array(#"{"a":"\#(String(repeating: "x", count: 300))"}"#.utf8)
            try #require(
                Pause.until(within: 30) {
                    try? client.publish("robots/r1/skeletons", payload)
                    return !run.process.isRunning
                })
            #expect(run.process.wait() == 1)
            #expect(run.errors.contains("\(path) cannot be written: File too large"), "\(run.errors)")
            let lines = try #require(text(path))
            #expect(lines.hasSuffix("}\n") && lines.count > 300 && lines.count <= 1024)
        }
    }
}

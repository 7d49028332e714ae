import Foundation
import TestSupport
import Testing

@testable import gaitctl

struct FrameFilesTests {
    @Test("files come as named, those of a folder by name, and only JPEGs of it")
    func order() throws {
        let folder = try TemporaryFolder()
        for name in ["b.jpg", "a.JPEG", "truth.jsonl"] { try folder.write(name, "x") }
        let files = try FrameFiles([folder.path("b.jpg"), folder.path])
        #expect(files.urls.map(\.lastPathComponent) == ["b.jpg", "a.JPEG", "b.jpg"])
        #expect(files.sharedName == "b.jpg")
        #expect(try FrameFiles([folder.path]).sharedName == nil)
    }

    @Test("what is not there, and a folder without frames, are named")
    func failures() throws {
        let folder = try TemporaryFolder()
        #expect(throws: CommandFailure.failure("\(folder.path) has no .jpg files")) {
            _ = try FrameFiles([folder.path])
        }
        #expect(throws: CommandFailure.self) { _ = try FrameFiles([folder.path("none")]) }
    }
}

import Foundation
import TestSupport
import Testing

@testable import Storage

@Suite("DurableFolder")
struct DurableFolderTests {
    private let folder: TemporaryFolder
    private let durable: DurableFolder

    init() throws {
        folder = try TemporaryFolder()
        durable = DurableFolder(path: folder.path)
    }

    @Test("a file is replaced whole, and removing it twice is no error")
    func replaced() throws {
        try durable.replace("a", with: Data("one".utf8))
        try durable.replace("a", with: Data("other".utf8))
        #expect(durable.read("a") == Data("other".utf8) && durable.names == ["a"])
        try durable.remove("a")
        try durable.remove("a")
        #expect(durable.names.isEmpty && durable.read("a") == nil)
    }

    @Test("what was left half written is no file, and goes")
    func unfinished() throws {
        try folder.write("a.part", "hal")
        #expect(durable.names.isEmpty)
        try durable.removeUnfinished()
        #expect(try folder.contents().isEmpty)
    }

    @Test("a folder that cannot be written is an error with the file's name")
    func unwritable() throws {
        let missing = DurableFolder(path: folder.path("missing"))
        #expect(throws: StorageError.file(path: missing.file("a"), reason: "No such file or directory")) {
            try missing.replace("a", with: Data())
        }
        #expect(throws: StorageError.self) { try missing.locked {} }
        #expect(missing.names.isEmpty)
    }

    @Test("changes under the lock do not overtake each other")
    func locked() async throws {
        let durable = durable
        try durable.replace("count", with: Data("0".utf8))
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    #expect(throws: Never.self) {
                        try durable.locked { () throws(StorageError) in
                            let text = String(decoding: durable.read("count") ?? Data(), as: UTF8.self)
                            try durable.replace("count", with: Data("\((Int(text) ?? 0) + 1)".utf8))
                        }
                    }
                }
            }
        }
        #expect(durable.read("count") == Data("20".utf8))
    }
}

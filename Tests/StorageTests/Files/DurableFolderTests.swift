import Foundation
import GRDB
import TestSupport
import Testing

@testable import Storage

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

struct DiskSpaceTests {
    @Test("free bytes are those of the disk of a file that need not exist")
    func free() throws {
        let folder = try TemporaryFolder()
        #expect(DiskSpace.freeBytes(at: folder.path) > 0)
        #expect(DiskSpace.freeBytes(at: folder.path("none")) > 0)
        #expect(DiskSpace.freeBytes(at: "/nowhere/at/all") == 0)
    }
}

struct StorageErrorTests {
    @Test("errors of the database become those that a reader can act on")
    func database() {
        func error(_ code: ResultCode, free: Int = 10) -> StorageError {
            StorageError(DatabaseError(resultCode: code), path: "p", free: free, needed: 5, patience: 2)
        }
        #expect(error(.SQLITE_FULL) == .lowDisk(free: 10, needed: 5))
        #expect(error(.SQLITE_IOERR, free: 1) == .lowDisk(free: 1, needed: 5))
        #expect(error(.SQLITE_BUSY) == .busy(path: "p", seconds: 2))
        for (code, expected) in [(ResultCode.SQLITE_NOTADB, "damaged"), (.SQLITE_IOERR, "database")] {
            #expect("\(Mirror(reflecting: error(code)).children.first?.label ?? "")" == expected)
        }
    }

    @Test("every error is one line that names what it is about")
    func lines() {
        let errors: [StorageError] = [
            .lowDisk(free: 3 << 20, needed: 64 << 20), .unknownModel(version: 3, known: [1, 2]),
            .notErased(path: "p", reason: "busy"), .pinned(version: 4),
        ]
        let words = ["3 MB", "1, 2", "p and", "4"]
        for (error, word) in zip(errors, words) {
            #expect(error.description.contains(word) && !error.description.contains("\n"))
        }
    }
}

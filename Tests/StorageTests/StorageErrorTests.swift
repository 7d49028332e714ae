import GRDB
import Testing

@testable import Storage

@Suite("StorageError")
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
            .notErased(path: "p", gaits: [1]), .pinned(version: 4),
        ]
        let words = ["3 MB", "1, 2", "p-wal", "4"]
        for (error, word) in zip(errors, words) {
            #expect(error.description.contains(word) && !error.description.contains("\n"))
        }
    }
}

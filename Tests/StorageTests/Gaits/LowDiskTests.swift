import Foundation
import GRDB
import TestSupport
import Testing

@testable import Storage

@Suite("A full disk")
struct LowDiskTests {
    @Test("gaits are refused before the last of the disk is taken, and what is stored can be read")
    func limit() throws {
        let folder = try TemporaryFolder()
        let store = try GaitStore(path: folder.path("gaits.sqlite"), minimumFreeBytes: .max >> 1)
        #expect {
            try store.add([TestGaits.new()])
        } throws: { error in
            guard case .lowDisk(let free, let needed)? = error as? StorageError else { return false }
            return free > 0 && needed > free
        }
        #expect(try store.records().isEmpty)
    }

    @Test(
        "on a full disk gaits are refused, acknowledged ones stay, and space makes it work again",
        .smallDisk)
    func full() throws {
        let disk = try #require(try SmallDisk(kilobytes: 2048))
        let path = disk.folder.path("gaits.sqlite")
        let store = try GaitStore(path: path, minimumFreeBytes: 0)
        try disk.folder.write("ballast", Data(count: 400_000))
        var acknowledged: [StoredGait] = []
        var failure: StorageError?
        while failure == nil, acknowledged.count < 500 {
            do {
                acknowledged += try store.add([TestGaits.new(number: acknowledged.count)])
            } catch {
                failure = error
            }
        }
        guard case .lowDisk? = failure else {
            Issue.record("\(String(describing: failure)) after \(acknowledged.count) gaits")
            return
        }
        #expect(acknowledged.count > 10)
        #expect(try store.gaits() == acknowledged)
        #expect(try store.writing { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
        try FileManager.default.removeItem(atPath: disk.folder.path("ballast"))
        acknowledged += try store.add([TestGaits.new(number: 500)])
        try store.close()
        let again = try GaitStore(path: path, minimumFreeBytes: 0)
        #expect(try again.gaits() == acknowledged)
    }

    @Test("a model that finds no room is refused, and the serving one stays", .smallDisk)
    func models() throws {
        let disk = try #require(try SmallDisk(kilobytes: 256))
        let registry = try TestRegistry(in: disk.folder)
        let first = try registry.add(1)
        _ = try registry.registry.promote(1)
        #expect {
            try registry.add(2, padding: 400_000)
        } throws: { if case .lowDisk? = $0 as? StorageError { true } else { false } }
        #expect(try registry.registry.serving() == first)
        #expect(try registry.registry.rollback().version == ModelAliases.packaged)
    }
}

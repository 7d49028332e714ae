import Storage
import TestSupport
import Testing

@Suite("Stored pauses")
struct PauseStoreTests {
    @Test("pauses are there until they are ended, also for the next who opens the store")
    func stored() throws {
        let folder = try TemporaryFolder()
        let store = try GaitStore(path: folder.path("gaits.sqlite"), minimumFreeBytes: 0)
        let pauses: Set = [StoredOptOut(), StoredOptOut(robot: "r1"), StoredOptOut(robot: "r1", person: "7")]
        for pause in pauses { try store.add(pause) }
        try store.add(StoredOptOut())
        #expect(try store.pauses() == pauses)
        try store.close()
        let next = try GaitStore(path: folder.path("gaits.sqlite"), minimumFreeBytes: 0)
        #expect(try next.pauses() == pauses)
        try next.remove(StoredOptOut(robot: "r1"))
        try next.remove(StoredOptOut(robot: "r2"))
        #expect(try next.pauses() == pauses.subtracting([StoredOptOut(robot: "r1")]))
    }
}

import Foundation
import GRDB
import Gait
import TestSupport
import Testing

@testable import Storage

@Suite("Forgetting gaits")
struct ForgettingTests {
    private let folder: TemporaryFolder
    private let store: GaitStore

    init() throws {
        folder = try TemporaryFolder()
        store = try TestGaits.store(in: folder)
    }

    /// Whether any file of the store holds the bytes.
    private func isOnDisk(_ bytes: Data) throws -> Bool {
        try folder.contents().contains { name in
            try Data(contentsOf: folder.url.appending(path: name)).range(of: bytes) != nil
        }
    }

    @Test("of forgotten gaits no pose, no name and no subject is left in the store's files")
    func erased() throws {
        // Many people, some of them in between, so that pages are shared, split and merged.
        for number in 0..<200 {
            let who = number % 3 == 0 ? "Marguerite-\(number % 2)" : "person-\(number)"
            try store.add(
                [TestGaits.new(subject: "r1/\(who)/run", person: who, number: number)],
                transaction: "t\(number)")
        }
        let poses = [0, 99, 198].map { PoseBlob.data(TestGaits.gait($0)).dropFirst(1200).prefix(64) }
        let kept = PoseBlob.data(TestGaits.gait(100)).dropFirst(1200).prefix(64)
        let name = Data("Marguerite".utf8)
        #expect(try isOnDisk(name) && poses.allSatisfy { try isOnDisk($0) } && isOnDisk(kept))
        let ids =
            try store.forget(GaitSelection(person: "Marguerite-0"))
            + store.forget(GaitSelection(subject: "r1/Marguerite-1/run"))
        #expect(ids.sorted() == stride(from: 1, through: 200, by: 3).map { Int64($0) })
        #expect(try !isOnDisk(name))
        for pose in poses { #expect(try !isOnDisk(pose)) }
        #expect(try isOnDisk(kept) && store.gaits().count == 133)
        #expect(try store.writing { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
    }

    @Test("where a reader keeps the bytes from being overwritten it is said, and the next time does it")
    func reader() throws {
        try store.add([TestGaits.new(person: "Marguerite", number: 5)])
        var configuration = Configuration()
        // A transaction that stays open is what is tested.
        configuration.allowsUnsafeTransactions = true
        let queue = try DatabaseQueue(path: store.path, configuration: configuration)
        try queue.inDatabase { try $0.execute(sql: "BEGIN; SELECT * FROM gait") }
        #expect(throws: StorageError.notErased(path: store.path, gaits: [1])) {
            try store.forget(GaitSelection(person: "Marguerite"))
        }
        #expect(try store.records().isEmpty)
        try queue.inDatabase { try $0.execute(sql: "COMMIT") }
        #expect(try store.forget(GaitSelection(person: "Marguerite")) == [])
        #expect(try !isOnDisk(Data("Marguerite".utf8)))
    }

    @Test("nothing selected is refused, and a number is never given again")
    func numbers() throws {
        try store.add([TestGaits.new(), TestGaits.new()])
        #expect(throws: StorageError.emptySelection) { try store.forget(.all) }
        #expect(try store.forget(GaitSelection(label: "happy")) == [1, 2])
        #expect(try store.add([TestGaits.new()])[0].id == 3)
    }

    @Test("gaits go by age and by count, the oldest first, and synthetic ones stay")
    func retention() throws {
        let day = 86_400.0
        try store.add([TestGaits.new(isSynthetic: true)], now: 0)
        for number in 0..<10 {
            try store.add([TestGaits.new(subject: "\(number)")], now: Double(number) * day)
        }
        #expect(try store.prune(now: 20 * day) == [])
        #expect(try store.prune(days: 8, now: 9.5 * day) == [2, 3])
        #expect(try store.prune(days: 8, maximumGaits: 5, now: 9.5 * day) == [4, 5, 6])
        #expect(try store.records().map(\.id) == [1, 7, 8, 9, 10, 11])
    }
}

@Suite("Stored pauses")
struct PauseStoreTests {
    @Test("pauses are there until they are ended, also for the next who opens the store")
    func stored() throws {
        let folder = try TemporaryFolder()
        let store = try TestGaits.store(in: folder)
        let pauses: Set = [StoredOptOut(), StoredOptOut(robot: "r1"), StoredOptOut(robot: "r1", person: "7")]
        for pause in pauses { try store.add(pause) }
        try store.add(StoredOptOut())
        #expect(try store.optOuts() == pauses)
        try store.close()
        let next = try TestGaits.store(in: folder)
        #expect(try next.optOuts() == pauses)
        try next.remove(StoredOptOut(robot: "r1"))
        try next.remove(StoredOptOut(robot: "r2"))
        #expect(try next.optOuts() == pauses.subtracting([StoredOptOut(robot: "r1")]))
    }
}

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
        try FileManager.default.subpathsOfDirectory(atPath: folder.path).contains { name in
            // Nil for a folder.
            FileManager.default.contents(atPath: folder.path(name))?.range(of: bytes) != nil
        }
    }

    @Test("of forgotten gaits no pose, no name and no subject is left in the store's files")
    func erased() throws {
        // Many people, some of them in between, so that pages are shared, split and merged.
        for number in 0..<200 {
            let who = number % 3 == 0 ? "Marguerite-\(number % 2)" : "person-\(number)"
            try store.add(
                [TestGaits.new(subject: "r1/\(who)/run", person: who, number: number)],
                transaction: RequestTransaction(
                    text: Array("\(who) \(number)".utf8), command: "label", payload: [])
            ) { #"{"subject":"\#($0[0].subject)"}"# }
        }
        let poses = [0, 99, 198].map { PoseBlob.data(TestGaits.gait($0)).dropFirst(1200).prefix(64) }
        let kept = PoseBlob.data(TestGaits.gait(100)).dropFirst(1200).prefix(64)
        let name = Data("Marguerite".utf8)
        #expect(try isOnDisk(name) && poses.allSatisfy { try isOnDisk($0) } && isOnDisk(kept))
        let ids =
            try store.forget(GaitSelection(person: "Marguerite-0"))
            + store.forget(GaitSelection(subject: "r1/Marguerite-1/run"))
        try store.erase()
        #expect(ids.sorted() == stride(from: 1, through: 200, by: 3).map { Int64($0) })
        #expect(try !isOnDisk(name))
        for pose in poses { #expect(try !isOnDisk(pose)) }
        #expect(try isOnDisk(kept) && store.gaits().count == 133)
        #expect(try store.writing { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
    }

    @Test("a subject is found however Unicode writes its name")
    func unicode() throws {
        for (number, name) in ["Ren\u{E9}", "Rene\u{301}", "Rene"].enumerated() {
            try store.add([TestGaits.new(subject: name, person: "7", number: number)])
        }
        #expect(try store.forget(GaitSelection(subject: "Rene\u{301}")) == [1, 2])
    }

    @Test("of 2,570 people who are forgotten one by one or robot by robot, no name is left in any page")
    func pages() throws {
        for robot in 0..<10 {
            try store.add(
                (0..<257).map { number in
                    let person = "Ermintrude-\(robot)-\(number)-\(String(repeating: "n", count: number % 40))"
                    var gait = TestGaits.new(subject: "of \(person)", person: person, robot: "r\(robot)")
                    gait.gait = TestGaits.gait(number, frames: 1)
                    return gait
                })
        }
        for robot in 1..<9 { try store.forget(GaitSelection(robot: "r\(robot)")) }
        for id in stride(from: Int64(1), through: 257, by: 5) {
            try store.forget(GaitSelection(ids: [id]))
        }
        try store.erase()
        let kept = try store.records().map(\.person)
        #expect(kept.count == 257 * 2 - 52)
        let name = try Regex("Ermintrude-[0-9]+-[0-9]+-n*")
        var found: Set<String> = []
        for file in try folder.contents() {
            let bytes = try Data(contentsOf: folder.url.appending(path: file))
            let text = String(data: bytes, encoding: .isoLatin1) ?? ""
            for match in text.matches(of: name) { found.insert(String(text[match.range])) }
        }
        // A name may be followed by a letter of the next field.
        let left = found.filter { name in !kept.contains { name.hasPrefix($0) } }
        #expect(!found.isEmpty && left.isEmpty, "\(left.prefix(5))")
    }

    @Test("an answer that tells of a forgotten gait or person is forgotten, and its request still known")
    func answers() throws {
        func transaction(_ text: String) -> RequestTransaction {
            RequestTransaction(text: Array(text.utf8), command: "label", payload: [])
        }
        try store.add([TestGaits.new(person: "Anna")], transaction: transaction("1"), now: 0) { _ in "gait 1"
        }
        try store.add([TestGaits.new()], transaction: transaction("2"), now: 0) { _ in "gait 2" }
        try store.keep("there is no window of r1/Anna", for: transaction("3"), now: 0)
        let own = transaction("4")
        try store.forget(GaitSelection(person: "Anna"), transaction: own, now: 0) { "\($0)" }
        #expect(try store.known(transaction("1"), now: 1) == .forgotten)
        #expect(try store.known(transaction("2"), now: 1) == .answered("gait 2"))
        #expect(try store.known(transaction("3"), now: 1) == .forgotten)
        #expect(try store.known(own, now: 1) == .answered("[1]"))
        try store.erase()
        #expect(try !isOnDisk(Data("Anna".utf8)))
    }

    @Test("what a crash has left to do after the deletion is done later, and is known meanwhile")
    func journal() throws {
        let registry = try TestRegistry(in: folder)
        let ids = try store.add([TestGaits.new(person: "Anna"), TestGaits.new()]).map(\.id)
        try registry.add(1, gaits: ids)
        try registry.add(2, gaits: [ids[1]])
        for version in [2, 1] { _ = try registry.registry.promote(version) }
        try store.forget(GaitSelection(person: "Anna"))
        try store.close()

        let next = try TestGaits.store(in: folder)
        #expect(try next.isForgetting(isMarking: true) && next.forgotten(among: ids) == [ids[0]])
        #expect(try next.newestForgetting() == 1)
        #expect(try next.finishForgetting(in: registry.registry))
        #expect(try registry.registry.serving().version == 2)
        try next.erase()
        #expect(try !next.isForgetting(isMarking: true) && !isOnDisk(Data("Anna".utf8)))
        #expect(try !next.finishForgetting(in: registry.registry))
        #expect(try next.forgotten(among: ids) == [ids[0]])
    }

    @Test("where a reader keeps the bytes from being overwritten it is said, and the next time does it")
    func reader() throws {
        try store.add([TestGaits.new(person: "Marguerite", number: 5)])
        var configuration = Configuration()
        // A transaction that stays open is what is tested.
        configuration.allowsUnsafeTransactions = true
        let queue = try DatabaseQueue(path: store.path, configuration: configuration)
        try queue.inDatabase { try $0.execute(sql: "BEGIN; SELECT * FROM gait") }
        #expect(try store.forget(GaitSelection(person: "Marguerite")) == [1])
        #expect {
            try store.erase()
        } throws: { if case .notErased? = $0 as? StorageError { true } else { false } }
        #expect(try store.records().isEmpty)
        try queue.inDatabase { try $0.execute(sql: "COMMIT") }
        try store.erase()
        #expect(try !isOnDisk(Data("Marguerite".utf8)))
    }

    @Test("nothing selected is refused, and a number is never given again")
    func numbers() throws {
        try store.add([TestGaits.new(), TestGaits.new()])
        #expect(throws: StorageError.emptySelection) { try store.forget(.all) }
        #expect(try store.forget(GaitSelection(label: "happy")) == [1, 2])
        #expect(try store.add([TestGaits.new()])[0].id == 3)
    }

    @Test("gaits go by age and by count, the oldest first and not all at once, and synthetic ones stay")
    func retention() throws {
        try store.add([TestGaits.new(isSynthetic: true)], now: 0)
        for number in 0..<10 { try store.add([TestGaits.new(subject: "\(number)")], now: Double(number)) }
        #expect(try store.newestTime() == 9)
        let due = try store.gaits(storedBefore: 1.5)
        #expect(due.count == 2 && due.oldest == 0)
        #expect(try store.prune(maximumGaits: 10, atMost: 9) == [])
        #expect(try store.prune(storedBefore: 1.5, atMost: 1) == [2])
        #expect(try store.prune(storedBefore: 1.5, atMost: 9) == [3])
        #expect(try store.prune(storedBefore: 1.5, maximumGaits: 5, atMost: 9) == [4, 5, 6])
        #expect(try store.records().map(\.id) == [1, 7, 8, 9, 10, 11])
        #expect(try store.retentionTimes() == nil)
        let times = GaitStore.RetentionTimes(checked: 5, trusted: 3)
        try store.keep(times)
        #expect(try store.retentionTimes() == times)
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

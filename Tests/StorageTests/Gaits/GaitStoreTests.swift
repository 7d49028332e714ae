import Foundation
import GRDB
import Gait
import TestSupport
import Testing

@testable import Storage

struct GaitStoreTests {
    private let folder: TemporaryFolder
    private let store: GaitStore

    init() throws {
        folder = try TemporaryFolder()
        store = try TestGaits.store(in: folder)
    }

    @Test("what was stored is there after it is opened again, to the last bit")
    func roundTrip() throws {
        let new = [TestGaits.new(number: 1), TestGaits.new("sad", subject: "å/ß", number: 2)]
        let stored = try store.add(new, now: 5)
        try store.close()
        let again = try TestGaits.store(in: folder)
        #expect(try again.gaits() == stored)
        #expect(stored.map(\.gait) == new.map(\.gait))
        let record = stored[1].record
        #expect(record.subject == "å/ß" && record.annotator == "anna" && record.label == "sad")
        #expect((record.start, record.end, record.created) == (100, 102.5, 5))
        #expect(record.frames == 75 && record.coverage == 0.97 && !record.isSynthetic)
        #expect(try again.records() == stored.map(\.record))
    }

    @Test("commits are synchronized, deleted bytes are overwritten and references are checked")
    func pragmas() throws {
        func value(_ name: String) throws -> String? {
            try store.writing { try String.fetchOne($0, sql: "PRAGMA \(name)") }
        }
        #expect(try value("journal_mode") == "wal")
        #expect(try value("synchronous") == "2")
        #expect(try value("secure_delete") == "1")
        #expect(try value("foreign_keys") == "1")
        #expect(try value("temp_store") == "2")
        let attributes = try FileManager.default.attributesOfItem(atPath: store.path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    private func transaction(_ text: String, _ payload: String = "{}") -> RequestTransaction {
        RequestTransaction(text: Array(text.utf8), command: "label", payload: Array(payload.utf8))
    }

    @Test(
        "a transaction has its answer for ten minutes, also after a restart; another request under it is reused"
    )
    func transactions() throws {
        let big = transaction("9007199254740993")
        try store.add([TestGaits.new(number: 1)], transaction: big, now: 1000) { "gait \($0[0].id)" }
        try store.add([], transaction: transaction(#""a""#), now: 1000) { "none of \($0.count)" }
        try store.close()
        let again = try TestGaits.store(in: folder)
        #expect(try again.known(big, now: 1600) == .answered("gait 1"))
        #expect(try again.known(big, now: 1601) == nil)
        #expect(try again.known(transaction(#""a""#), now: 1000) == .answered("none of 0"))
        #expect(try again.known(transaction("9007199254740993", "[]"), now: 1000) == .reused)
        for other in ["9007199254740992", #""9007199254740993""#, "a"] {
            #expect(try again.known(transaction(other), now: 1000) == nil)
        }
        try again.keep("later", for: big, now: 1000)
        #expect(try again.known(big, now: 1000) == .answered("later"))
        try again.keep("x", for: transaction("1"), now: 1700)
        let rows = try again.writing { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM request") }
        #expect(rows == 1)
    }

    @Test("the answers that are kept stay within their bytes")
    func answerBytes() throws {
        let answer = String(repeating: "x", count: 1 << 20)
        for number in 0..<130 { try store.keep(answer, for: transaction("\(number)"), now: 0) }
        let bytes = try store.writing { try Int.fetchOne($0, sql: "SELECT SUM(LENGTH(answer)) FROM request") }
        #expect(try #require(bytes) <= (16 + 64) << 20)
        #expect(try store.known(transaction("129"), now: 0) == .answered(answer))
    }

    @Test(
        "a later label of a window replaces the earlier one under its number; supplied gaits stand side by side"
    )
    func replaced() throws {
        func window(_ label: String, subject: String, number: Int = 1, end: Double = 102.5) -> NewGait {
            var gait = TestGaits.new(label, subject: subject, number: number)
            (gait.isWindow, gait.end) = (true, end)
            return gait
        }
        let first = try store.add([window("sad", subject: "a")])
        #expect(first.map(\.replacesLabel) == [false])
        let second = try store.add([window("happy", subject: "b"), window("sad", subject: "b", end: 103)])
        #expect(second.map(\.replacesLabel) == [true, false] && second.map(\.id) == [1, 2])
        let third = try store.add([window("sad", subject: "b"), window("angry", subject: "b")])
        #expect(third.map(\.id) == [1, 1] && third.map(\.replacesLabel) == [true, true])
        #expect(try store.records().map(\.label) == ["angry", "sad"])
        let subjects = try store.writing { try String.fetchAll($0, sql: "SELECT name FROM subject") }
        #expect(subjects == ["b"])
        try store.add([TestGaits.new(), TestGaits.new()])
        #expect(try store.records().count == 4)
    }

    @Test("a gait is never dated before the newest one")
    func dates() throws {
        try store.add([TestGaits.new()], now: 1000)
        #expect(try store.add([TestGaits.new()], now: 5)[0].created == 1000)
    }

    @Test("a gait that cannot be stored is refused by the field's name, and those beside it are not stored")
    func invalid() throws {
        func field(_ change: (inout NewGait) -> Void) -> String? {
            var gait = TestGaits.new()
            change(&gait)
            do {
                try store.add([TestGaits.new(), gait])
                return nil
            } catch {
                guard case .invalid(let field, _) = error else { return "\(error)" }
                return field
            }
        }
        #expect(field { $0.robot = "" } == "robot")
        #expect(field { $0.person = String(repeating: "x", count: 257) } == "person")
        #expect(field { $0.subject = "a\u{0}b" } == "subject")
        #expect(field { $0.annotator = "a\nb" } == "annotator")
        #expect(field { $0.label = "" } == "label")
        #expect(field { $0.start = .nan } == "window")
        #expect(field { $0.end = 1 } == "window")
        #expect(field { $0.coverage = .nan } == "coverage")
        #expect(field { $0.gait = TestGaits.gait(frames: 3001) } == "gait")
        #expect(try store.records().isEmpty)
        #expect(field { $0.subject = String(repeating: "ß", count: 128) } == nil)
        #expect(field { $0.annotator = String(repeating: "x", count: 256) } == nil)
    }

    @Test("all that a selection gives must apply")
    func selections() throws {
        try store.add([
            TestGaits.new("happy", subject: "a", person: "1", robot: "r1"),
            TestGaits.new("sad", subject: "b", person: "1", robot: "r2"),
            TestGaits.new("sad", subject: "c", person: "2", robot: "r2", isSynthetic: true),
        ])
        func ids(_ selection: GaitSelection) throws -> [Int64] {
            try store.records(matching: selection).map(\.id)
        }
        #expect(try ids(.all) == [1, 2, 3])
        #expect(try ids(GaitSelection(person: "1")) == [1, 2])
        #expect(try ids(GaitSelection(robot: "r2", person: "1")) == [2])
        #expect(try ids(GaitSelection(subject: "' OR 1 --")) == [])
        #expect(try ids(GaitSelection(label: "sad", isSynthetic: true)) == [3])
        #expect(try ids(GaitSelection(annotator: "anna", split: .train)) == [1, 2, 3])
        #expect(try ids(GaitSelection(ids: [3, 1, 9])) == [1, 3])
        #expect(try ids(GaitSelection(ids: [])) == [])
    }

    @Test("splits are disjoint by subject, the same after a restart, and hold a third of every label out")
    func splits() throws {
        for number in 0..<120 {
            let label = ["angry", "happy", "sad"][number % 3]
            // Each person comes twice.
            try store.add([TestGaits.new(label, subject: "\(label)-\(number / 6)")])
        }
        let records = try store.records()
        let bySubject = Dictionary(grouping: records, by: \.subject).mapValues { Set($0.map(\.split)) }
        #expect(bySubject.values.allSatisfy { $0.count == 1 })
        for count in try store.counts() where count.split == .heldOut {
            #expect((10...16).contains(count.gaits), "\(count)")
        }
        #expect(try store.counts().count == 6)
        try store.close()
        let again = try TestGaits.store(in: folder)
        #expect(try again.records() == records)
        let split = try #require(bySubject["sad-3"]?.first)
        #expect(try again.add([TestGaits.new("happy", subject: "sad-3")])[0].split == split)
    }

    @Test("synthetic gaits of any subject are for training, and decide no split")
    func synthetic() throws {
        let first = try store.add(
            (0..<30).map { TestGaits.new("sad", subject: "synthetic-\($0)", isSynthetic: true) })
        #expect(first.allSatisfy { $0.split == .train })
        let real = try store.add((0..<3).map { TestGaits.new("sad", subject: "s\($0)") })
        #expect(real.map(\.split) == [.train, .heldOut, .train])
        #expect(try store.add([TestGaits.new("sad", subject: "s1", isSynthetic: true)])[0].split == .train)
        let counts = try store.counts()
        #expect(counts.map(\.gaits) == [1, 2, 31] && counts.map(\.isSynthetic) == [false, false, true])
    }

    @Test("a hundred labels are on the disk, each by itself")
    func rate() throws {
        for number in 0..<100 { try store.add([TestGaits.new(number: number)]) }
        #expect(try store.records().count == 100)
    }

    @Test("two processes' worth of stores write side by side, and read what the other wrote")
    func sideBySide() async throws {
        let other = try TestGaits.store(in: folder)
        await withTaskGroup(of: Void.self) { group in
            for (store, name) in [(store, "a"), (other, "b")] {
                group.addTask {
                    for number in 0..<50 {
                        #expect(throws: Never.self) {
                            try store.add([TestGaits.new(subject: "\(name)\(number)")])
                        }
                    }
                }
            }
        }
        #expect(try store.records().count == 100)
        #expect(try other.records() == store.records())
    }

    @Test("a file that is no store, a newer store and a missing one are told apart")
    func refused() throws {
        let text = try folder.write("text", String(repeating: "no database at all ", count: 100))
        #expect {
            try GaitStore(path: text)
        } throws: { if case .damaged(text, _)? = $0 as? StorageError { true } else { false } }
        #expect(throws: StorageError.missing(path: folder.path("none"))) {
            try GaitStore(path: folder.path("none"), creating: false)
        }
        try store.writing { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('of the future')") }
        #expect {
            try TestGaits.store(in: folder)
        } throws: { error in
            guard case .damaged(_, let reason)? = error as? StorageError else { return false }
            return reason.contains("newer")
        }
        #expect(throws: StorageError.self) { try GaitStore(path: "/nowhere/gaits.sqlite") }
    }

    @Test("a store that an earlier version wrote keeps its gaits when it is brought up to date")
    func migration() throws {
        let path = folder.path("old.sqlite")
        let queue = try DatabaseQueue(path: path)
        try StoreSchema.migrator.migrate(queue, upTo: "gaits")
        try queue.write { database in
            try database.execute(sql: "INSERT INTO subject VALUES ('a', 'held_out')")
            try database.execute(
                sql: """
                    INSERT INTO gait (robot, person, subject, label, start, stamp, frames, layout, poses, quality,
                    synthetic, created) VALUES ('r', 'p', 'a', 'sad', 1, 2, 75, 'step16', ?, 1, 0, 3)
                    """, arguments: [PoseBlob.data(TestGaits.gait())])
        }
        try StoreSchema.migrator.migrate(queue, upTo: "pauses")
        try queue.write { database in
            try database.execute(sql: "INSERT INTO label_transaction VALUES ('label 1', 3)")
            try database.execute(sql: "UPDATE gait SET label_transaction = 'label 1'")
        }
        try queue.close()
        let store = try GaitStore(path: path, minimumFreeBytes: 0)
        let gaits = try store.gaits()
        #expect(gaits.count == 1 && gaits[0].split == .heldOut && gaits[0].gait == TestGaits.gait())
        #expect(try store.startJob(RetrainingRequest()).state == .queued)
    }

    @Test("damaged poses are an error that names the gait, which can then be forgotten")
    func damagedPoses() throws {
        try store.add([TestGaits.new(), TestGaits.new()])
        try store.writing { try $0.execute(sql: "UPDATE gait SET poses = x'0000' WHERE id = 2") }
        #expect(throws: StorageError.damagedGait(id: 2, reason: "2 bytes for 75 frames")) {
            try store.gaits()
        }
        #expect(try store.records().count == 2)
        try store.forget(GaitSelection(ids: [2]))
        #expect(try store.gaits().count == 1)
    }
}

import Foundation
import GRDB
import Gait

/// Rows decode by the names of the fields' coding keys.
extension GaitRecord: FetchableRecord {}
extension GaitCount: FetchableRecord {}

extension GaitStore {
    /// The split of a gait in a statement over `gait` and `subject`.
    static let splitColumn = "CASE WHEN gait.synthetic THEN 'train' ELSE subject.split END"
    private static let columns = """
        gait.id, robot, person, subject, annotator, label, start, stamp AS "end", frames, quality AS coverage, \
        synthetic, created, \(splitColumn) AS split
        """
    private static let tables = "gait JOIN subject ON subject.name = gait.subject"

    /// Stores gaits: all of them, durably, or none. A label of a window replaces the window's earlier label; the gait
    /// keeps its number, by which models that have learned from it are known.
    ///
    /// - Parameters:
    ///   - transaction: The request's, whose answer is kept with the gaits.
    ///   - now: Seconds since the Unix epoch; a gait is never dated before the newest one.
    ///   - answer: The answer's text, given the gaits.
    /// - Returns: the gaits in the given order.
    /// - Throws: ``StorageError/invalid(field:reason:)`` for a gait that cannot be stored,
    ///   ``StorageError/lowDisk(free:needed:)``, or an error of the database.
    @discardableResult
    package func add(
        _ gaits: [NewGait], transaction: RequestTransaction? = nil,
        now: Double = Date().timeIntervalSince1970, answer: ([StoredGait]) -> String = { _ in "" }
    ) throws(StorageError) -> [StoredGait] {
        for gait in gaits { try gait.validate() }
        let bytes = gaits.reduce(0) { $0 + $1.gait.coordinates.count * 4 + 1024 }
        // Once into the log, once into the store.
        try checkSpace(for: 2 * bytes)
        return try writing(needing: 2 * bytes) { database in
            let newest = try Double.fetchOne(database, sql: "SELECT MAX(created) FROM gait")
            // A clock that is behind for a while must not make gaits look old.
            let created = max(now, newest ?? now)
            let stored = try gaits.map { try Self.write($0, created, database) }
            if let transaction {
                try Self.keep(answer(stored), for: transaction, gaits: stored.map(\.id), now, database)
            }
            return stored
        }
    }

    /// The gaits of a selection with their poses, in the order in which they were stored.
    ///
    /// - Throws: ``StorageError/damagedGait(id:reason:)`` for the first one with unreadable poses.
    package func gaits(matching selection: GaitSelection = .all) throws(StorageError) -> [StoredGait] {
        let (condition, arguments) = selection.condition
        return try reading { try Self.gaits($0, condition, arguments) }
    }

    /// The records of a selection, in the order in which they were stored.
    package func records(matching selection: GaitSelection = .all) throws(StorageError) -> [GaitRecord] {
        let (condition, arguments) = selection.condition
        return try reading { database in
            try GaitRecord.fetchAll(
                database,
                sql: "SELECT \(Self.columns) FROM \(Self.tables) WHERE \(condition) ORDER BY gait.id",
                arguments: arguments)
        }
    }

    /// The number of gaits of each label, split and origin, without zeros.
    package func counts() throws(StorageError) -> [GaitCount] {
        try reading { database in
            try GaitCount.fetchAll(
                database,
                sql: """
                    SELECT label, \(Self.splitColumn) AS split, synthetic, COUNT(*) AS gaits,
                    COUNT(DISTINCT subject) AS subjects
                    FROM \(Self.tables) GROUP BY label, 2, synthetic ORDER BY label, 2, synthetic
                    """)
        }
    }

    // MARK: - Rows

    private static func gaits(
        _ database: Database, _ condition: String, _ arguments: StatementArguments
    ) throws -> [StoredGait] {
        let rows = try Row.fetchCursor(
            database,
            sql: "SELECT \(columns), poses, seen FROM \(tables) WHERE \(condition) ORDER BY gait.id",
            arguments: arguments)
        var gaits: [StoredGait] = []
        while let row = try rows.next() {
            let record = try GaitRecord(row: row)
            let seen: Data? = row["seen"]
            gaits.append(
                StoredGait(
                    record: record, gait: try PoseBlob.gait(row["poses"], of: record),
                    seen: try seen.map { try PoseBlob.seen($0, of: record) }))
        }
        return gaits
    }

    /// Inserts a gait, or replaces the label of its window.
    private static func write(
        _ gait: NewGait, _ created: Double, _ database: Database
    ) throws -> StoredGait {
        let assigned = try assignSplit(gait, database)
        let earlier = gait.isWindow ? try earlierLabel(of: gait, database) : nil
        let values: StatementArguments = [
            gait.robot, gait.person, gait.subject, gait.annotator, gait.label, gait.start, gait.end,
            gait.gait.frames, PoseBlob.data(gait.gait), gait.coverage, gait.isSynthetic, created,
            gait.isWindow, gait.seen.map(PoseBlob.data),
        ]
        try database.execute(
            sql: """
                INSERT \(earlier == nil ? "" : "OR REPLACE ")INTO gait (robot, person, subject, annotator, label, start, stamp,
                frames, poses, quality, synthetic, created, live, seen, layout, id)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'step16', ?)
                """, arguments: values + [earlier?.id])
        if let earlier {
            try database.execute(
                sql:
                    "DELETE FROM subject WHERE name = ?1 AND NOT EXISTS (SELECT 1 FROM gait WHERE subject = ?1)",
                arguments: [earlier.subject])
        }
        let record = GaitRecord(
            id: earlier?.id ?? database.lastInsertedRowID, robot: gait.robot, person: gait.person,
            subject: gait.subject, annotator: gait.annotator, label: gait.label, start: gait.start,
            end: gait.end, frames: gait.gait.frames, coverage: gait.coverage, isSynthetic: gait.isSynthetic,
            split: gait.isSynthetic ? .train : assigned, created: created)
        return StoredGait(
            record: record, gait: gait.gait, seen: gait.seen, replacesLabel: earlier != nil)
    }

    /// The gait that has the same window; nil if the window has no label yet.
    private static func earlierLabel(
        of gait: NewGait, _ database: Database
    ) throws -> (id: Int64, subject: String)? {
        try Row.fetchOne(
            database,
            sql: "SELECT id, subject FROM gait WHERE live AND robot = ? AND person = ? AND stamp = ?",
            arguments: [gait.robot, gait.person, gait.end]
        ).map { (id: $0["id"], subject: $0["subject"]) }
    }

    /// The split of the gait's subject, decided now if the subject is new.
    private static func assignSplit(_ gait: NewGait, _ database: Database) throws -> DataSplit {
        let known = try String.fetchOne(
            database, sql: "SELECT split FROM subject WHERE name = ?", arguments: [gait.subject])
        if let known, let split = DataSplit(rawValue: known) { return split }
        var split = DataSplit.train
        if !gait.isSynthetic,
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT COUNT(*) AS total, TOTAL(subject.split = 'held_out') AS held_out FROM \(tables)
                    WHERE label = ? AND NOT synthetic
                    """, arguments: [gait.label])
        {
            let heldOut: Double = row["held_out"]
            split = DataSplit.next(total: row["total"], heldOut: Int(heldOut))
        }
        try database.execute(
            sql: "INSERT INTO subject (name, split) VALUES (?, ?)", arguments: [gait.subject, split.rawValue])
        return split
    }
}

import Foundation
import GRDB
import Gait

extension GaitStore {
    /// The split of a gait in a statement over `gait` and `subject`.
    static let splitColumn = "CASE WHEN gait.synthetic THEN 'train' ELSE subject.split END"
    private static let columns = """
        gait.id, robot, person, subject, annotator, label, start, stamp, frames, quality, synthetic, created, \
        \(splitColumn) AS split
        """
    private static let tables = "gait JOIN subject ON subject.name = gait.subject"
    /// Seconds for which a transaction is remembered.
    private static let transactionMemory = 86_400.0

    /// Stores gaits: all of them, durably, or none.
    ///
    /// - Parameters:
    ///   - transaction: What names this call: when the same one comes again within a day, nothing is stored and the
    ///     gaits of the first time are returned, as far as they have not been forgotten since.
    ///   - now: Seconds since the Unix epoch.
    /// - Returns: the gaits in the order given.
    /// - Throws: ``StorageError/invalid(field:reason:)`` for a gait that cannot be stored,
    ///   ``StorageError/lowDisk(free:needed:)``, or that the store cannot be written.
    @discardableResult
    package func add(
        _ gaits: [NewGait], transaction: String? = nil, now: Double = Date().timeIntervalSince1970
    ) throws(StorageError) -> [StoredGait] {
        for gait in gaits { try gait.validate() }
        if let transaction, !(1...NewGait.maximumName).contains(transaction.utf8.count) {
            throw .invalid(
                field: "transaction",
                reason: "has \(transaction.utf8.count) bytes, 1 to \(NewGait.maximumName) are stored")
        }
        if let transaction, let known = try stored(by: transaction) { return known }
        let bytes = gaits.reduce(0) { $0 + $1.gait.coordinates.count * 4 + 1024 }
        // Once into the log, once into the store.
        try checkSpace(for: 2 * bytes)
        return try writing(needing: 2 * bytes) { database in
            if let transaction {
                // Another process may have been faster.
                if let known = try Self.stored(by: transaction, database) { return known }
                try database.execute(
                    sql: "DELETE FROM label_transaction WHERE created < ?",
                    arguments: [now - Self.transactionMemory])
                try database.execute(
                    sql: "INSERT INTO label_transaction (name, created) VALUES (?, ?)",
                    arguments: [transaction, now])
            }
            return try gaits.map { try Self.insert($0, transaction, now, database) }
        }
    }

    /// The gaits of a selection with their poses, in the order in which they were stored.
    ///
    /// - Throws: ``StorageError/damagedGait(id:reason:)`` naming one whose poses cannot be read.
    package func gaits(matching selection: GaitSelection = .all) throws(StorageError) -> [StoredGait] {
        try reading { database in try Self.fetch(selection, database) }
    }

    /// What is stored about the gaits of a selection, in the order in which they were stored.
    package func records(matching selection: GaitSelection = .all) throws(StorageError) -> [GaitRecord] {
        let (condition, arguments) = selection.condition
        return try reading { database in
            try Row.fetchAll(
                database,
                sql: "SELECT \(Self.columns) FROM \(Self.tables) WHERE \(condition) ORDER BY gait.id",
                arguments: arguments
            ).map(Self.record)
        }
    }

    /// How many gaits there are of each label, split and origin; what there are none of is left out.
    package func counts() throws(StorageError) -> [GaitCount] {
        try reading { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT label, \(Self.splitColumn) AS split, synthetic, COUNT(*) AS gaits,
                    COUNT(DISTINCT subject) AS subjects
                    FROM \(Self.tables) GROUP BY label, 2, synthetic ORDER BY label, 2, synthetic
                    """
            ).map { row in
                GaitCount(
                    label: row["label"], split: try Self.split(row), isSynthetic: row["synthetic"],
                    gaits: row["gaits"], subjects: row["subjects"])
            }
        }
    }

    // MARK: - Rows

    /// The gaits that were stored by a transaction of the last day, as far as they have not been forgotten since; nil
    /// where there was none of this name.
    package func stored(by transaction: String) throws(StorageError) -> [StoredGait]? {
        try reading { try Self.stored(by: transaction, $0) }
    }

    private static func stored(by transaction: String, _ database: Database) throws -> [StoredGait]? {
        guard
            try Bool.fetchOne(
                database, sql: "SELECT 1 FROM label_transaction WHERE name = ?", arguments: [transaction])
                != nil
        else { return nil }
        return try rows(database, "gait.label_transaction = ?", [transaction])
    }

    private static func fetch(_ selection: GaitSelection, _ database: Database) throws -> [StoredGait] {
        let (condition, arguments) = selection.condition
        return try rows(database, condition, arguments)
    }

    private static func rows(
        _ database: Database, _ condition: String, _ arguments: StatementArguments
    ) throws -> [StoredGait] {
        let cursor = try Row.fetchCursor(
            database,
            sql: "SELECT \(columns), poses FROM \(tables) WHERE \(condition) ORDER BY gait.id",
            arguments: arguments)
        var gaits: [StoredGait] = []
        while let row = try cursor.next() {
            let record = try record(row)
            gaits.append(StoredGait(record: record, gait: try PoseBlob.gait(row["poses"], of: record)))
        }
        return gaits
    }

    private static func record(_ row: Row) throws -> GaitRecord {
        GaitRecord(
            id: row["id"], robot: row["robot"], person: row["person"], subject: row["subject"],
            annotator: row["annotator"], label: row["label"], start: row["start"], end: row["stamp"],
            frames: row["frames"], coverage: row["quality"], isSynthetic: row["synthetic"],
            split: try split(row), created: row["created"])
    }

    private static func split(_ row: Row) throws -> DataSplit {
        let name: String = row["split"]
        guard let split = DataSplit(rawValue: name) else {
            throw StorageError.invalid(field: "split", reason: "is \(name)")
        }
        return split
    }

    private static func insert(
        _ gait: NewGait, _ transaction: String?, _ now: Double, _ database: Database
    ) throws -> StoredGait {
        let assigned = try assignSplit(gait, database)
        try database.execute(
            sql: """
                INSERT INTO gait (robot, person, subject, annotator, label, start, stamp, frames, layout, poses, quality,
                synthetic, created, label_transaction) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'step16', ?, ?, ?, ?, ?)
                """,
            arguments: [
                gait.robot, gait.person, gait.subject, gait.annotator, gait.label, gait.start, gait.end,
                gait.gait.frames, PoseBlob.data(gait.gait), gait.coverage, gait.isSynthetic, now, transaction,
            ])
        let record = GaitRecord(
            id: database.lastInsertedRowID, robot: gait.robot, person: gait.person, subject: gait.subject,
            annotator: gait.annotator, label: gait.label, start: gait.start, end: gait.end,
            frames: gait.gait.frames, coverage: gait.coverage, isSynthetic: gait.isSynthetic,
            split: gait.isSynthetic ? .train : assigned, created: now)
        return StoredGait(record: record, gait: gait.gait)
    }

    /// The split of the gait's subject, decided where the subject is new.
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

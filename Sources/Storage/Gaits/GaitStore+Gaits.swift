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
    /// Seconds for which the store remembers a transaction.
    private static let transactionMemory = 86_400.0

    /// Stores gaits: all of them, durably, or none.
    ///
    /// - Parameters:
    ///   - transaction: Names this call. If the same name comes again within a day, nothing is stored, and the first
    ///     call's gaits are returned without those forgotten since.
    ///   - now: Seconds since the Unix epoch.
    /// - Returns: the gaits in the given order.
    /// - Throws: ``StorageError/invalid(field:reason:)`` for a gait that cannot be stored,
    ///   ``StorageError/lowDisk(free:needed:)``, or an error of the database.
    @discardableResult
    package func add(
        _ gaits: [NewGait], transaction: String? = nil, now: Double = Date().timeIntervalSince1970
    ) throws(StorageError) -> [StoredGait] {
        for gait in gaits { try gait.validate() }
        if let transaction, !(1...NewGait.maximumName).contains(transaction.utf8.count) {
            throw .invalid(
                field: "transaction",
                reason: "has \(transaction.utf8.count) bytes; 1 to \(NewGait.maximumName) are allowed")
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

    /// The gaits that a transaction of the last day stored, without those forgotten since; nil if there was no such
    /// transaction.
    package func stored(by transaction: String) throws(StorageError) -> [StoredGait]? {
        try reading { try Self.stored(by: transaction, $0) }
    }

    // MARK: - Forgetting

    /// Deletes gaits so that nothing of them is left in the store's files.
    ///
    /// - Returns: the numbers of the deleted gaits, ascending.
    /// - Throws: ``StorageError/emptySelection`` if the selection is everything,
    ///   ``StorageError/notErased(path:gaits:)`` if they are deleted, but a reader kept their bytes from being
    ///   overwritten.
    @discardableResult
    package func forget(_ selection: GaitSelection) throws(StorageError) -> [Int64] {
        guard !selection.isEmpty else { throw .emptySelection }
        let (condition, arguments) = selection.condition
        return try delete("SELECT gait.id FROM \(Self.tables) WHERE \(condition)", arguments)
    }

    /// Deletes the real gaits that are too old or too many. Synthetic ones stay until they are forgotten.
    ///
    /// - Parameters:
    ///   - days: After which a gait is deleted; nil for never.
    ///   - maximumGaits: The most gaits to keep, the newest; nil for any number.
    ///   - now: Seconds since the Unix epoch.
    /// - Returns: the numbers of the deleted gaits, ascending.
    /// - Throws: ``StorageError/notErased(path:gaits:)`` as ``forget(_:)`` does.
    @discardableResult
    package func prune(
        days: Double? = nil, maximumGaits: Int? = nil, now: Double = Date().timeIntervalSince1970
    ) throws(StorageError) -> [Int64] {
        let oldest = days.map { now - $0 * 86_400 } ?? -Double.greatestFiniteMagnitude
        return try delete(
            """
            SELECT id FROM gait WHERE NOT synthetic AND (created < ? OR id NOT IN
            (SELECT id FROM gait WHERE NOT synthetic ORDER BY created DESC, id DESC LIMIT ?))
            """, [oldest, max(maximumGaits ?? Int(Int32.max), 0)])
    }

    /// - Parameter choice: A statement that selects the numbers.
    private func delete(_ choice: String, _ arguments: StatementArguments) throws(StorageError) -> [Int64] {
        let ids = try writing { database in
            let ids = try Int64.fetchAll(database, sql: choice, arguments: arguments).sorted()
            guard !ids.isEmpty else { return ids }
            let list = ids.map(String.init).joined(separator: ",")
            try database.execute(sql: "DELETE FROM gait WHERE id IN (\(list))")
            // A subject's name may identify a person.
            try database.execute(sql: "DELETE FROM subject WHERE name NOT IN (SELECT subject FROM gait)")
            return ids
        }
        // Even if there was nothing to delete: the last time may have failed.
        do {
            // Moves the log into the store, whose freed pages are zeros by then, and truncates it.
            _ = try pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            throw .notErased(path: path, gaits: ids)
        } catch {
            throw StorageError(error, path: path, free: freeBytes, needed: 1 << 16, patience: Self.patience)
        }
        return ids
    }

    // MARK: - Rows

    private static func stored(by transaction: String, _ database: Database) throws -> [StoredGait]? {
        let isKnown = try Bool.fetchOne(
            database, sql: "SELECT 1 FROM label_transaction WHERE name = ?", arguments: [transaction])
        guard isKnown != nil else { return nil }
        return try gaits(database, "gait.label_transaction = ?", [transaction])
    }

    private static func gaits(
        _ database: Database, _ condition: String, _ arguments: StatementArguments
    ) throws -> [StoredGait] {
        let rows = try Row.fetchCursor(
            database,
            sql: "SELECT \(columns), poses FROM \(tables) WHERE \(condition) ORDER BY gait.id",
            arguments: arguments)
        var gaits: [StoredGait] = []
        while let row = try rows.next() {
            let record = try GaitRecord(row: row)
            gaits.append(StoredGait(record: record, gait: try PoseBlob.gait(row["poses"], of: record)))
        }
        return gaits
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

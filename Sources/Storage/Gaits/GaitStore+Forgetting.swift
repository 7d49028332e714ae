import Foundation
import GRDB

extension GaitStore {
    /// Entries of the journal that are kept when they are done: a retraining by hand may still use their gaits.
    private static let maximumJournal: Int64 = 100_000
    /// Bytes of a store that is rebuilt in memory; larger ones take a temporary file, which gets no forgotten gait.
    private static let rebuiltInMemory = 64 << 20

    /// Deletes gaits, and writes their numbers into a journal in the same transaction. ``finishForgetting(in:)`` and
    /// ``erase()`` complete it, at once or after a crash.
    ///
    /// - Parameters:
    ///   - transaction: The request's, whose answer is kept with the deletion.
    ///   - answer: The answer's text, given the numbers.
    /// - Returns: the numbers of the deleted gaits, ascending.
    /// - Throws: ``StorageError/emptySelection`` if the selection is everything.
    @discardableResult
    package func forget(
        _ selection: GaitSelection, transaction: RequestTransaction? = nil,
        now: Double = Date().timeIntervalSince1970, answer: ([Int64]) -> String = { _ in "" }
    ) throws(StorageError) -> [Int64] {
        guard !selection.isEmpty else { throw .emptySelection }
        let (condition, arguments) = selection.condition
        return try writing { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT gait.id, robot, person, subject FROM gait JOIN subject ON subject.name = gait.subject
                    WHERE \(condition) ORDER BY gait.id
                    """, arguments: arguments)
            let ids = rows.map { row -> Int64 in row["id"] }
            var names = Set([selection.robot, selection.person, selection.subject].compactMap(\.self))
            for row in rows { names.formUnion([row["person"], row["subject"]] as [String]) }
            try Self.delete(ids, database)
            for id in ids {
                try database.execute(
                    sql: "INSERT OR IGNORE INTO forgotten (gait) VALUES (?)", arguments: [id])
            }
            try Self.clearAnswers(about: ids, names: names, database)
            if let transaction {
                try Self.keep(answer(ids), for: transaction, gaits: [], now, database)
            }
            return ids
        }
    }

    /// Marks the versions that were trained on forgotten gaits, as far as that is not done yet, and lets another one
    /// serve.
    ///
    /// - Returns: whether there was anything to do.
    /// - Throws: ``StorageError``; then the journal keeps it for the next time.
    @discardableResult
    package func finishForgetting(in registry: ModelRegistry) throws(StorageError) -> Bool {
        let gaits = try reading { database in
            try Int64.fetchAll(database, sql: "SELECT gait FROM forgotten WHERE NOT marked")
        }
        guard !gaits.isEmpty else { return false }
        try registry.forget(gaits)
        try writing { database in
            for gait in gaits {
                try database.execute(
                    sql: "UPDATE forgotten SET marked = 1 WHERE gait = ?", arguments: [gait])
            }
            try database.execute(
                sql: "DELETE FROM forgotten WHERE marked AND id <= (SELECT MAX(id) FROM forgotten) - ?",
                arguments: [Self.maximumJournal])
        }
        return true
    }

    /// The number of the journal's newest entry; 0 if there is none.
    package func newestForgetting() throws(StorageError) -> Int64 {
        try reading { try Int64.fetchOne($0, sql: "SELECT MAX(id) FROM forgotten") ?? 0 }
    }

    /// - Parameter isMarking: Whether there is a registry to mark versions in.
    /// - Returns: whether a deletion has steps left.
    package func isForgetting(isMarking: Bool) throws(StorageError) -> Bool {
        try reading { database in
            try Bool.fetchOne(
                database,
                sql: """
                    SELECT (SELECT erasing FROM upkeep)
                    OR (? AND EXISTS (SELECT 1 FROM forgotten WHERE NOT marked))
                    """, arguments: [isMarking]) ?? false
        }
    }

    /// Those of the gaits that were forgotten.
    package func forgotten(among gaits: [Int64]) throws(StorageError) -> [Int64] {
        let list = gaits.map(String.init).joined(separator: ",")
        return try reading { database in
            try Int64.fetchAll(
                database, sql: "SELECT gait FROM forgotten WHERE gait IN (\(list)) ORDER BY gait")
        }
    }

    /// Overwrites what deleted gaits have left in the store's files. `secure_delete` clears deleted rows, but pages that
    /// were merged keep copies of their keys, so the file is rebuilt, and the log emptied.
    ///
    /// - Throws: ``StorageError/notErased(path:reason:)``; then the next call does it.
    package func erase() throws(StorageError) {
        guard try reading({ try Bool.fetchOne($0, sql: "SELECT erasing FROM upkeep") ?? false }) else {
            return
        }
        do {
            try pool.writeWithoutTransaction { database in
                let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
                let size = try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 0
                let isLarge = pages * size > Self.rebuiltInMemory
                if isLarge { try database.execute(sql: "PRAGMA temp_store = FILE") }
                defer { if isLarge { try? database.execute(sql: "PRAGMA temp_store = MEMORY") } }
                try database.execute(sql: "VACUUM")
                _ = try database.checkpoint(.truncate)
                try database.execute(sql: "UPDATE upkeep SET erasing = 0")
            }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            throw .notErased(path: path, reason: "another program is reading or writing")
        } catch {
            let cause = StorageError(
                error, path: path, free: freeBytes, needed: 1 << 16, patience: Self.patience)
            throw .notErased(path: path, reason: "\(cause)")
        }
    }

    /// Deletes gaits, and the names of subjects that have no others.
    static func delete(_ ids: [Int64], _ database: Database) throws {
        guard !ids.isEmpty else { return }
        let list = ids.map(String.init).joined(separator: ",")
        try database.execute(sql: "DELETE FROM gait WHERE id IN (\(list))")
        // A subject's name may identify a person.
        try database.execute(sql: "DELETE FROM subject WHERE name NOT IN (SELECT subject FROM gait)")
        try database.execute(sql: "UPDATE upkeep SET erasing = 1")
    }

    // MARK: - Retention

    /// The clock's readings that retention has kept; nil before the first.
    package struct RetentionTimes: Sendable, Equatable {
        /// The last plausible reading, seconds since the Unix epoch.
        package var checked: Double
        /// Since when all of them were plausible.
        package var trusted: Double

        package init(checked: Double, trusted: Double) {
            (self.checked, self.trusted) = (checked, trusted)
        }
    }

    package func retentionTimes() throws(StorageError) -> RetentionTimes? {
        try reading { database in
            guard let row = try Row.fetchOne(database, sql: "SELECT checked, trusted FROM upkeep"),
                let checked: Double = row["checked"], let trusted: Double = row["trusted"]
            else { return nil }
            return RetentionTimes(checked: checked, trusted: trusted)
        }
    }

    package func keep(_ times: RetentionTimes) throws(StorageError) {
        try writing { database in
            try database.execute(
                sql: "UPDATE upkeep SET checked = ?, trusted = ?", arguments: [times.checked, times.trusted])
        }
    }

    /// The newest time at which anything was stored, seconds since the Unix epoch; nil if nothing was.
    package func newestTime() throws(StorageError) -> Double? {
        try reading { database in
            try Double.fetchOne(
                database,
                sql:
                    "SELECT MAX(time) FROM (SELECT MAX(created) AS time FROM gait UNION SELECT MAX(created) FROM job)"
            )
        }
    }

    /// Dates what was stored after a time, by a clock that was ahead, to that time.
    package func redate(after time: Double) throws(StorageError) {
        try writing { database in
            for table in ["gait", "job"] {
                try database.execute(
                    sql: "UPDATE \(table) SET created = ? WHERE created > ?", arguments: [time, time])
            }
        }
    }

    /// The real gaits that were stored before a time, and when the oldest of them was.
    package func gaits(storedBefore time: Double) throws(StorageError) -> (count: Int, oldest: Double?) {
        try reading { database in
            let row = try Row.fetchOne(
                database,
                sql:
                    "SELECT COUNT(*) AS count, MIN(created) AS oldest FROM gait WHERE NOT synthetic AND created < ?",
                arguments: [time])
            guard let row else { return (0, nil) }
            return (row["count"], row["oldest"])
        }
    }

    /// Deletes real gaits that are too old or too many, the oldest first. Synthetic ones stay until they are forgotten.
    /// ``erase()`` completes it.
    ///
    /// - Parameters:
    ///   - time: Gaits stored before it are too old, seconds since the Unix epoch; nil if none is.
    ///   - maximumGaits: The most gaits to keep, the newest; nil for any number.
    ///   - count: The most gaits to delete in this call.
    /// - Returns: the numbers of the deleted gaits, ascending.
    @discardableResult
    package func prune(
        storedBefore time: Double? = nil, maximumGaits: Int? = nil, atMost count: Int
    ) throws(StorageError) -> [Int64] {
        try writing { database in
            let ids = try Int64.fetchAll(
                database,
                sql: """
                    SELECT id FROM gait WHERE NOT synthetic AND (created < ? OR id IN
                    (SELECT id FROM gait WHERE NOT synthetic ORDER BY created DESC, id DESC LIMIT -1 OFFSET ?))
                    ORDER BY created, id LIMIT ?
                    """,
                arguments: [
                    time ?? -Double.greatestFiniteMagnitude, max(maximumGaits ?? Int(Int32.max), 0), count,
                ])
            let isErasing = try Bool.fetchOne(database, sql: "SELECT erasing FROM upkeep") ?? false
            try Self.delete(ids, database)
            // One rebuild of the file after the last step is enough.
            if ids.count == count, !isErasing { try database.execute(sql: "UPDATE upkeep SET erasing = 0") }
            return ids.sorted()
        }
    }
}

import Foundation
import GRDB

extension GaitStore {
    /// Deletes gaits so that nothing of them is left in the store's files.
    ///
    /// - Returns: the numbers of the deleted gaits, ascending.
    /// - Throws: ``StorageError/emptySelection`` where the selection is everything,
    ///   ``StorageError/notErased(path:gaits:)`` where they are deleted, but a reader kept their bytes from being
    ///   overwritten.
    @discardableResult
    package func forget(_ selection: GaitSelection) throws(StorageError) -> [Int64] {
        guard !selection.isEmpty else { throw .emptySelection }
        let (condition, arguments) = selection.condition
        return try delete(
            "SELECT gait.id FROM gait JOIN subject ON subject.name = gait.subject WHERE \(condition)",
            arguments)
    }

    /// Deletes the real gaits that are too old or too many.
    ///
    /// - Parameter now: Seconds since the Unix epoch.
    /// - Returns: the numbers of the deleted gaits, ascending.
    /// - Throws: ``StorageError/notErased(path:gaits:)`` as ``forget(_:)`` does.
    @discardableResult
    package func prune(
        _ retention: GaitRetention, now: Double = Date().timeIntervalSince1970
    ) throws(StorageError) -> [Int64] {
        let oldest = retention.days.map { now - $0 * 86_400 } ?? -Double.greatestFiniteMagnitude
        return try delete(
            """
            SELECT id FROM gait WHERE NOT synthetic AND (created < ? OR id NOT IN
            (SELECT id FROM gait WHERE NOT synthetic ORDER BY created DESC, id DESC LIMIT ?))
            """, [oldest, max(retention.maximumGaits ?? Int(Int32.max), 0)])
    }

    /// - Parameter choice: A statement that gives the numbers.
    private func delete(_ choice: String, _ arguments: StatementArguments) throws(StorageError) -> [Int64] {
        let ids = try writing { database in
            let ids = try Int64.fetchAll(database, sql: choice, arguments: arguments).sorted()
            guard !ids.isEmpty else { return ids }
            let list = ids.map(String.init).joined(separator: ",")
            try database.execute(sql: "DELETE FROM gait WHERE id IN (\(list))")
            // A subject's name says who somebody is.
            try database.execute(sql: "DELETE FROM subject WHERE name NOT IN (SELECT subject FROM gait)")
            return ids
        }
        // Also where nothing was there to delete: the last time may not have succeeded.
        try erase(ids)
        return ids
    }

    /// Moves the log into the store, whose freed pages are zeros by then, and cuts it to nothing.
    private func erase(_ ids: [Int64]) throws(StorageError) {
        do {
            _ = try pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            throw .notErased(path: path, gaits: ids)
        } catch {
            throw StorageError(error, path: path, free: freeBytes, needed: 1 << 16, patience: Self.patience)
        }
    }
}

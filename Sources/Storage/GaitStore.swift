import Foundation
import GRDB

/// A robot's labeled gaits and training jobs in one SQLite file.
///
/// A call returns when its data is on the disk. Several processes may have the same store open. Calls block on the
/// disk, so do not make them from Swift's cooperative pool if that matters.
package final class GaitStore: Sendable {
    package let path: String
    private let minimumFreeBytes: Int
    let pool: DatabasePool

    /// Seconds that another process may hold the store.
    static let patience = 5.0
    /// Disk space that stays free by default.
    package static let defaultMinimumFreeBytes = 64 << 20

    /// Opens a store; creates or migrates it if needed.
    ///
    /// - Parameters:
    ///   - path: The file; its folder must exist. SQLite keeps two more beside it, `-wal` and `-shm`.
    ///   - minimumFreeBytes: Gaits are refused if they would leave less than this on the disk.
    ///   - creating: Whether to create a missing store.
    /// - Throws: ``StorageError``.
    package init(
        path: String, minimumFreeBytes: Int = GaitStore.defaultMinimumFreeBytes, creating: Bool = true
    ) throws(StorageError) {
        self.path = path
        self.minimumFreeBytes = minimumFreeBytes
        if !creating, access(path, F_OK) != 0, errno == ENOENT { throw .missing(path: path) }
        do {
            try Self.createFile(path)
            var configuration = Configuration()
            configuration.busyMode = .timeout(Self.patience)
            configuration.maximumReaderCount = 2
            configuration.label = "gaits"
            configuration.prepareDatabase { database in
                // Deleted bytes are overwritten with zeros, and copies never reach a temporary file.
                try database.execute(sql: "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY")
            }
            pool = try DatabasePool(path: path, configuration: configuration)
            // The pool's own choice, NORMAL, may lose the last transactions with the power.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            let migrator = StoreSchema.migrator
            let isNewer = try pool.read { try migrator.hasBeenSuperseded($0) }
            guard !isNewer else {
                throw StorageError.damaged(path: path, reason: "a newer version of gaitd wrote it")
            }
            try Self.migrate(pool, by: migrator)
        } catch {
            throw StorageError(
                error, path: path, free: DiskSpace.freeBytes(at: path), needed: 1 << 16,
                patience: Self.patience)
        }
    }

    /// Another process may migrate the store at the same moment, and a step that it has just made fails here. Then the
    /// steps are looked at again, as often as there are some.
    private static func migrate(_ pool: DatabasePool, by migrator: DatabaseMigrator) throws {
        for _ in migrator.migrations {
            do { return try migrator.migrate(pool) } catch is DatabaseError {}
        }
        try migrator.migrate(pool)
    }

    /// Labels are about people's feelings: only the owner may read them. SQLite's other files take the same mode.
    ///
    /// A file that is there is not opened: closing it would drop the locks that this process has on it for another store.
    private static func createFile(_ path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            Glibc.close(descriptor)
        } else if errno != EEXIST || access(path, R_OK | W_OK) != 0 {
            throw StorageError.database(
                path: path, reason: "cannot be opened: \(String(cString: strerror(errno)))")
        }
    }

    /// Closes the store; no call may follow.
    package func close() throws(StorageError) {
        try translating { try pool.close() }
    }

    /// Free bytes on the store's disk.
    package var freeBytes: Int { DiskSpace.freeBytes(at: path) }

    /// - Parameter bytes: What is about to be written.
    /// - Throws: ``StorageError/lowDisk(free:needed:)`` if too little would stay free.
    package func checkSpace(for bytes: Int = 0) throws(StorageError) {
        let needed = minimumFreeBytes + bytes
        let free = freeBytes
        guard free >= needed else { throw .lowDisk(free: free, needed: needed) }
    }

    /// Reads one state of the store.
    func reading<Value>(_ body: (Database) throws -> Value) throws(StorageError) -> Value {
        try translating { try pool.read(body) }
    }

    /// Writes in one transaction: everything or, if the body throws, nothing.
    func writing<Value>(needing bytes: Int = 0, _ body: (Database) throws -> Value) throws(StorageError)
        -> Value
    {
        try translating(needing: bytes) { try pool.write(body) }
    }

    /// - Parameter bytes: What the body is about to write.
    func translating<Value>(needing bytes: Int = 0, _ body: () throws -> Value) throws(StorageError) -> Value
    {
        do { return try body() } catch {
            throw StorageError(
                error, path: path, free: freeBytes, needed: minimumFreeBytes + max(bytes, 1 << 16),
                patience: Self.patience)
        }
    }
}

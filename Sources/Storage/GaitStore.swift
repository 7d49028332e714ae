import Foundation
import GRDB

/// The labelled gaits of a robot, and the jobs that train on them, in one SQLite file.
///
/// What a call has stored is on the disk when it returns. Several processes may have the same store open. Calls
/// block for the disk's time: never from Swift's cooperative pool where that matters.
package final class GaitStore: Sendable {
    package let path: String
    private let minimumFreeBytes: Int
    let pool: DatabasePool

    /// Seconds for which another process may hold the store.
    static let patience = 5.0
    /// Disk space that is kept free unless it is said otherwise.
    package static let usualMinimumFreeBytes = 64 << 20

    /// Opens a store, made or brought up to date where needed.
    ///
    /// - Parameters:
    ///   - path: The file; its folder must be there. SQLite keeps two more beside it, `-wal` and `-shm`.
    ///   - minimumFreeBytes: Gaits are refused when less than this would be left on the disk.
    ///   - creating: Whether a store that is not there is made.
    /// - Throws: ``StorageError``.
    package init(
        path: String, minimumFreeBytes: Int = GaitStore.usualMinimumFreeBytes, creating: Bool = true
    ) throws(StorageError) {
        self.path = path
        self.minimumFreeBytes = minimumFreeBytes
        if !creating, !FileManager.default.fileExists(atPath: path) { throw .missing(path: path) }
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
            try migrator.migrate(pool)
        } catch {
            throw StorageError(
                error, path: path, free: DiskSpace.freeBytes(at: path), needed: 1 << 16,
                patience: Self.patience)
        }
    }

    /// Labels say how people felt: only the owner may read them. SQLite's other files take the same mode.
    private static func createFile(_ path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StorageError.database(
                path: path, reason: "cannot be opened: \(String(cString: strerror(errno)))")
        }
        Glibc.close(descriptor)
    }

    /// Closes the store; no call may follow.
    package func close() throws(StorageError) {
        try translating { try pool.close() }
    }

    /// Bytes that are free on the store's disk.
    package var freeBytes: Int { DiskSpace.freeBytes(at: path) }

    /// - Parameter bytes: What is about to be written.
    /// - Throws: ``StorageError/lowDisk(free:needed:)`` where it would leave less than is kept free.
    package func checkSpace(for bytes: Int = 0) throws(StorageError) {
        let needed = minimumFreeBytes + bytes
        let free = freeBytes
        guard free >= needed else { throw .lowDisk(free: free, needed: needed) }
    }

    /// Reads one state of the store.
    func reading<Value>(_ body: (Database) throws -> Value) throws(StorageError) -> Value {
        try translating { try pool.read(body) }
    }

    /// Writes in one transaction: all or, where something is thrown, nothing.
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

import Foundation

/// A folder whose files are replaced whole: after a loss of power each is as it was before or as it was to be.
struct DurableFolder: Sendable {
    let path: String
    /// Called before every operation that changes the disk; a test ends the work there by throwing, as a loss of power
    /// would.
    var beforeOperation: (@Sendable (String) throws -> Void)?

    /// What files are called until they are whole.
    private static let temporarySuffix = ".part"

    /// The path of a file in the folder.
    func file(_ name: String) -> String { path + "/" + name }

    /// The names of the files that are whole, sorted; none where the folder cannot be read.
    var names: [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return all.filter { !$0.hasSuffix(Self.temporarySuffix) }.sorted()
    }

    /// The bytes of a file; nil where it is not there or cannot be read.
    func read(_ name: String) -> Data? { try? Data(contentsOf: URL(fileURLWithPath: file(name))) }

    /// Puts a file in the place of what had its name: written beside it, on the disk before it is renamed, and the
    /// folder on the disk before this returns.
    ///
    /// - Throws: ``StorageError/lowDisk(free:needed:)`` or ``StorageError/file(path:reason:)``.
    func replace(_ name: String, with data: Data) throws(StorageError) {
        let temporary = file(name + Self.temporarySuffix)
        try step("open \(name)")
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw failure(name) }
        defer { close(descriptor) }
        let half = data.count / 2
        for part in [data.prefix(half), data.dropFirst(half)] {
            try step("write \(name)")
            try write(part, to: descriptor, name)
        }
        try step("synchronise \(name)")
        guard fsync(descriptor) == 0 else { throw failure(name, needed: data.count) }
        try step("rename \(name)")
        guard rename(temporary, file(name)) == 0 else { throw failure(name) }
        try synchronise()
    }

    /// Removes a file; one that is not there is no error.
    ///
    /// - Throws: ``StorageError/file(path:reason:)``.
    func remove(_ name: String) throws(StorageError) {
        try step("remove \(name)")
        guard unlink(file(name)) == 0 || errno == ENOENT else { throw failure(name) }
        try synchronise()
    }

    /// Removes what was being written when a process or the power ended. Only with the folder's lock.
    ///
    /// - Throws: ``StorageError/file(path:reason:)``.
    func removeUnfinished() throws(StorageError) {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        for name in all where name.hasSuffix(Self.temporarySuffix) { try remove(name) }
    }

    /// Runs the body while no other process, and no other thread, does so on this folder.
    ///
    /// - Throws: ``StorageError/file(path:reason:)`` where the folder cannot be locked, and what the body throws.
    func locked<Value>(_ body: () throws(StorageError) -> Value) throws(StorageError) -> Value {
        let name = ".lock"
        let descriptor = open(file(name), O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw failure(name) }
        // The lock goes with the descriptor, also when the process is killed.
        defer { close(descriptor) }
        var result: Int32
        repeat { result = flock(descriptor, LOCK_EX) } while result != 0 && errno == EINTR
        guard result == 0 else { throw failure(name) }
        return try body()
    }

    private func write(_ data: Data, to descriptor: Int32, _ name: String) throws(StorageError) {
        var done = 0
        while done < data.count {
            let count = data.withUnsafeBytes { bytes in
                Glibc.write(descriptor, bytes.baseAddress.map { $0 + done }, data.count - done)
            }
            guard count > 0 || errno == EINTR else { throw failure(name, needed: data.count) }
            done += max(count, 0)
        }
    }

    private func synchronise() throws(StorageError) {
        try step("synchronise the folder")
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("") }
    }

    private func step(_ name: String) throws(StorageError) {
        do { try beforeOperation?(name) } catch { throw .file(path: file(name), reason: "\(error)") }
    }

    /// What the last call of the system failed with.
    private func failure(_ name: String, needed: Int = 0) -> StorageError {
        let code = errno
        if code == ENOSPC || code == EDQUOT {
            return .lowDisk(free: DiskSpace.freeBytes(at: path), needed: max(needed, 1))
        }
        return .file(path: file(name), reason: String(cString: strerror(code)))
    }
}

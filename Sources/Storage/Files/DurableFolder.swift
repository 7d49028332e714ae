import Dispatch
import Foundation
import Synchronization

/// A folder whose files are replaced whole: after a loss of power each is either the old or the new one.
struct DurableFolder: Sendable {
    let path: String
    /// Called before every operation that changes the disk; a test simulates a loss of power by throwing.
    var beforeOperation: (@Sendable (String) throws -> Void)?

    /// The suffix of files that are not complete.
    private static let temporarySuffix = ".part"

    func file(_ name: String) -> String { path + "/" + name }

    /// The names of the complete files, sorted; empty if the folder cannot be read.
    var names: [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return all.filter { !$0.hasSuffix(Self.temporarySuffix) }.sorted()
    }

    /// The bytes of a file; nil if it is missing or unreadable.
    func read(_ name: String) -> Data? { try? Data(contentsOf: URL(fileURLWithPath: file(name))) }

    /// Replaces a file: writes it beside the old one, synchronizes it before renaming it, and synchronizes the folder
    /// before returning.
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
        try step("synchronize \(name)")
        guard fsync(descriptor) == 0 else { throw failure(name, needed: data.count) }
        try step("rename \(name)")
        guard rename(temporary, file(name)) == 0 else { throw failure(name) }
        try synchronize()
    }

    /// Removes a file; a missing one is no error.
    ///
    /// - Throws: ``StorageError/file(path:reason:)``.
    func remove(_ name: String) throws(StorageError) {
        try step("remove \(name)")
        guard unlink(file(name)) == 0 || errno == ENOENT else { throw failure(name) }
        try synchronize()
    }

    /// Removes incomplete files, left by a crash or a loss of power. Only with the folder's lock.
    ///
    /// - Returns: Their names.
    /// - Throws: ``StorageError/file(path:reason:)``.
    @discardableResult
    func removeUnfinished() throws(StorageError) -> [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let unfinished = all.filter { $0.hasSuffix(Self.temporarySuffix) }.sorted()
        for name in unfinished { try remove(name) }
        return unfinished
    }

    /// Makes the folder, and those above it, if they are missing.
    ///
    /// - Throws: ``StorageError/file(path:reason:)``.
    func create() throws(StorageError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
        } catch {
            throw .file(path: path, reason: PathPermission.fault(of: path) ?? "it cannot be created")
        }
    }

    /// Runs the body while no other process or thread does so on this folder.
    ///
    /// - Parameter seconds: The longest wait for others.
    /// - Throws: ``StorageError/file(path:reason:)`` if the folder cannot be locked,
    ///   ``StorageError/busy(path:seconds:)`` if others keep it locked, and what the body throws.
    func locked<Value>(
        within seconds: Double = 5, _ body: () throws(StorageError) -> Value
    ) throws(StorageError) -> Value {
        let name = ".lock"
        let descriptor = open(file(name), O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw failure(name) }
        // The lock ends with the descriptor, even if the process is killed.
        defer { close(descriptor) }
        if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw failure(name) }
            guard Self.waitForLock(descriptor, seconds: seconds) else {
                throw .busy(path: file(name), seconds: seconds)
            }
        }
        return try body()
    }

    /// Threads that wait for a lock; a holder that hangs must not gather them.
    private static let waiting = Atomic<Int>(0)
    private static let maximumWaiting = 4

    /// Waits for the lock of an open file. `flock` knows no deadline, so a thread waits for it on a copy of the
    /// descriptor, which shares the lock: if it comes too late, the lock ends with both descriptors.
    private static func waitForLock(_ descriptor: Int32, seconds: Double) -> Bool {
        guard waiting.add(1, ordering: .relaxed).newValue <= maximumWaiting else {
            waiting.subtract(1, ordering: .relaxed)
            return false
        }
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        let ended = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            while flock(copy, LOCK_EX) != 0, errno == EINTR {}
            close(copy)
            waiting.subtract(1, ordering: .relaxed)
            ended.signal()
        }
        guard ended.wait(timeout: .now() + seconds) == .success else { return false }
        // Ours already, unless the copy could not wait.
        return flock(descriptor, LOCK_EX | LOCK_NB) == 0
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

    private func synchronize() throws(StorageError) {
        try step("synchronize the folder")
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("") }
    }

    private func step(_ name: String) throws(StorageError) {
        do { try beforeOperation?(name) } catch { throw .file(path: file(name), reason: "\(error)") }
    }

    /// The error of the last system call.
    private func failure(_ name: String, needed: Int = 0) -> StorageError {
        let code = errno
        if code == ENOSPC || code == EDQUOT {
            return .lowDisk(free: DiskSpace.freeBytes(at: path), needed: max(needed, 1))
        }
        return .file(path: file(name), reason: String(cString: strerror(code)))
    }
}

package enum DiskSpace {
    /// Bytes that an ordinary user may still write beside a file; 0 if unknown.
    ///
    /// - Parameter path: A file, which need not exist, or a folder.
    package static func freeBytes(at path: String) -> Int {
        var figures = statvfs()
        if statvfs(path, &figures) != 0 {
            let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path(percentEncoded: false)
            guard statvfs(folder, &figures) == 0 else { return 0 }
        }
        return Int(
            clamping: UInt64(figures.f_bavail).multipliedReportingOverflow(by: UInt64(figures.f_frsize))
                .partialValue)
    }
}

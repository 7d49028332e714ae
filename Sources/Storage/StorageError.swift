import GRDB

/// Why a gait, a job or a model could not be stored or read.
package enum StorageError: Error, Equatable {
    /// The disk has less space than is kept free, or none at all; nothing was written. Bytes.
    case lowDisk(free: Int, needed: Int)
    /// There is no store, where one is to be read.
    case missing(path: String)
    /// The file is no store of gaits, or a damaged one, or was written by a newer version of this program.
    case damaged(path: String, reason: String)
    /// Another process kept the store busy for so many seconds.
    case busy(path: String, seconds: Double)
    /// The store could not be read or written.
    case database(path: String, reason: String)
    /// A field of a gait that cannot be stored.
    case invalid(field: String, reason: String)
    /// A stored gait whose poses are damaged.
    case damagedGait(id: Int64, reason: String)
    /// A selection that names nothing, where everything would be deleted.
    case emptySelection
    /// The gaits are deleted, but copies of their bytes are left in the write-ahead log, since a reader of the store
    /// did not end.
    case notErased(path: String, gaits: [Int64])
    /// There is no job of this number.
    case unknownJob(Int64)
    /// A file of the model registry cannot be read or written.
    case file(path: String, reason: String)
    /// There is no version of this number in the registry.
    case unknownModel(version: Int, known: [Int])
    /// A version of this number is in the registry already.
    case duplicateModel(version: Int)
    /// The version's file is damaged: its bytes are not those that were registered, or no model.
    case damagedModel(version: Int, reason: String)
    /// There is no version that was served before the present one.
    case noPreviousModel
    /// The serving version is pinned.
    case pinned(version: Int)
    /// No model can be loaded, the packaged one neither.
    case noModel(directory: String)
}

extension StorageError: CustomStringConvertible {
    /// One line: what is wrong, with the figures, and what to do.
    package var description: String {
        switch self {
        case .lowDisk(let free, let needed):
            "the disk has \(free >> 20) MB free, \(max(needed >> 20, 1)) MB are needed; make room first"
        case .missing(let path): "\(path): there is no gait store"
        case .damaged(let path, let reason): "\(path) is no gait store that can be read: \(reason)"
        case .busy(let path, let seconds): "\(path) has been in use by another process for \(seconds) s"
        case .database(let path, let reason): "\(path): \(reason)"
        case .invalid(let field, let reason): "\(field) \(reason)"
        case .damagedGait(let id, let reason): "the stored gait \(id) is damaged (\(reason)); forget it"
        case .emptySelection: "nothing is selected; name a person, a subject, a robot or gaits"
        case .notErased(let path, let gaits):
            "\(gaits.count) gaits are deleted, but \(path)-wal still holds copies of their bytes, since the store is being read; forget them again"
        case .unknownJob(let id): "there is no job \(id)"
        case .file(let path, let reason): "\(path): \(reason)"
        case .unknownModel(let version, let known):
            "there is no version \(version) in the registry; it has \(known.isEmpty ? "none" : known.map(String.init).joined(separator: ", "))"
        case .duplicateModel(let version): "version \(version) is in the registry already"
        case .damagedModel(let version, let reason): "version \(version) cannot be loaded: \(reason)"
        case .noPreviousModel: "no version was served before the present one"
        case .pinned(let version): "version \(version) is serving and pinned; unpin it first"
        case .noModel(let directory):
            "\(directory): no model can be loaded from it, and no packaged one either"
        }
    }

    /// What an error of the database stands for.
    ///
    /// - Parameters:
    ///   - free: Bytes that are free now.
    ///   - needed: Bytes that are needed.
    init(_ error: any Error, path: String, free: Int, needed: Int, patience: Double) {
        switch error {
        case let error as StorageError: self = error
        case let error as DatabaseError:
            switch error.resultCode {
            case .SQLITE_FULL: self = .lowDisk(free: free, needed: needed)
            // A full disk is an error of input and output where it strikes in the shared memory or the log.
            case .SQLITE_IOERR where free < needed: self = .lowDisk(free: free, needed: needed)
            case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path: path, seconds: patience)
            case .SQLITE_CORRUPT, .SQLITE_NOTADB:
                self = .damaged(path: path, reason: error.message ?? "damaged")
            default: self = .database(path: path, reason: error.message ?? "\(error.resultCode)")
            }
        default: self = .database(path: path, reason: "\(error)")
        }
    }
}

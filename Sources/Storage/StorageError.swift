import Foundation
import GRDB

/// Why a gait, a job or a model could not be stored or read.
package enum StorageError: Error, Equatable, CustomStringConvertible {
    /// The disk has less space than must stay free, or none at all; nothing was written. Bytes.
    case lowDisk(free: Int, needed: Int)
    /// There is no store to read.
    case missing(path: String)
    /// The file is not a gait store, is damaged, or comes from a newer version of this program.
    case damaged(path: String, reason: String)
    /// Another process kept the store busy for this many seconds.
    case busy(path: String, seconds: Double)
    /// The store could not be read or written.
    case database(path: String, reason: String)
    /// A field of a gait that cannot be stored.
    case invalid(field: String, reason: String)
    /// The poses of a stored gait are damaged.
    case damagedGait(id: Int64, reason: String)
    /// The selection is empty, so everything would be deleted.
    case emptySelection
    /// Gaits are deleted, but the store's files still have copies of their bytes.
    case notErased(path: String, reason: String)
    /// There is no job with this number.
    case unknownJob(Int64)
    /// A file of the model registry cannot be read or written.
    case file(path: String, reason: String)
    /// The registry has no version with this number.
    case unknownModel(version: Int, known: [Int])
    /// The registry already has a version with this number.
    case duplicateModel(version: Int)
    /// The version's file is damaged: its bytes differ from the registered ones, or are no model.
    case damagedModel(version: Int, reason: String)
    /// The version has learned from gaits that were forgotten since.
    case staleModel(version: Int)
    /// Gaits that a training has used were forgotten before it ended, so its result is not registered.
    case forgottenGaits(count: Int)
    /// No version served before the current one.
    case noPreviousModel
    case pinned(version: Int)
    /// No model can be loaded, not even the packaged one.
    case noModel(directory: String)

    /// One line: what is wrong, with the numbers, and what to do.
    package var description: String {
        switch self {
        case .lowDisk(let free, let needed):
            "the disk has \(free >> 20) MB free, but \(max(needed >> 20, 1)) MB are needed; make room first"
        case .missing(let path): "\(path): there is no gait store"
        case .damaged(let path, let reason): "\(path) is not a readable gait store: \(reason)"
        case .busy(let path, let seconds): "\(path) has been in use by another process for \(seconds) s"
        case .database(let path, let reason): "\(path): \(reason)"
        case .invalid(let field, let reason): "\(field) \(reason)"
        case .damagedGait(let id, let reason): "the stored gait \(id) is damaged (\(reason)); forget it"
        case .emptySelection: "nothing is selected; give a person, a subject, a robot or gaits"
        case .notErased(let path, let reason):
            "the gaits are deleted, but \(path) and its log still hold copies of their bytes: \(reason); gaitd tries again every half minute, and so does the next 'forget'"
        case .unknownJob(let id): "there is no job \(id)"
        case .file(let path, let reason): "\(path): \(reason)"
        case .unknownModel(let version, let known):
            "the registry has no version \(version); it has \(known.isEmpty ? "none" : known.map(String.init).joined(separator: ", "))"
        case .duplicateModel(let version): "the registry already has version \(version)"
        case .damagedModel(let version, let reason): "version \(version) cannot be loaded: \(reason)"
        case .staleModel(let version):
            "version \(version) has learned from gaits that were forgotten since, so it cannot serve; retrain"
        case .forgottenGaits(let count):
            "\(count) gaits that it was trained on were forgotten meanwhile, so its result is not kept; retrain"
        case .noPreviousModel: "no version served before the current one"
        case .pinned(let version): "version \(version) serves and is pinned; unpin it first"
        case .noModel(let directory):
            "\(directory): no model can be loaded, not even the packaged one"
        }
    }

    /// Translates an error of the database.
    ///
    /// - Parameters:
    ///   - free: Free bytes now.
    ///   - needed: Needed bytes.
    init(_ error: any Error, path: String, free: Int, needed: Int, patience: Double) {
        switch error {
        case let error as StorageError: self = error
        case let error as DatabaseError:
            switch error.resultCode {
            case .SQLITE_FULL: self = .lowDisk(free: free, needed: needed)
            // A full disk is an I/O error if it hits the shared memory or the log.
            case .SQLITE_IOERR where free < needed: self = .lowDisk(free: free, needed: needed)
            case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path: path, seconds: patience)
            case .SQLITE_CORRUPT, .SQLITE_NOTADB:
                self = .damaged(path: path, reason: error.message ?? "damaged")
            default: self = .database(path: path, reason: error.message ?? "\(error.resultCode)")
            }
        default: self = .database(path: path, reason: error.localizedDescription)
        }
    }
}

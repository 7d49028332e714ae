import Messaging
import Storage

extension RequestFailure {
    /// What an error of the store or the registry means to whoever asked.
    init(_ error: StorageError) {
        let text = error.description
        switch error {
        case .lowDisk(let free, let needed):
            let data = JSONValue.object([
                "free_bytes": .number(Double(free)), "needed_bytes": .number(Double(needed)),
            ])
            self.init(.lowDisk, text, data: data)
        case .invalid, .emptySelection: self.init(.invalidRequest, text)
        case .notErased(_, let gaits):
            self.init(.notErased, text, data: .object(["gaits": .array(gaits.map { .number(Double($0)) })]))
        case .unknownModel(_, let known):
            self.init(
                .unknownVersion, text, data: .object(["versions": .array(known.map { .number(Double($0)) })]))
        case .noPreviousModel: self.init(.unknownVersion, text)
        case .damagedModel, .noModel, .pinned: self.init(.unusableModel, text)
        case .missing, .damaged, .busy, .database, .damagedGait, .unknownJob, .file, .duplicateModel:
            self.init(.storeFailed, text)
        }
    }
}

package import Gait

/// A fault of a data set's folder. Every case names the file (with its folder) and the gait's key, if one is involved.
package enum DatasetError: Error, Equatable, CustomStringConvertible {
    /// The file is absent, unreadable, or not what its name says.
    case unreadable(file: String, reason: String)
    /// Neither `labels.h5` nor `features.h5` has a usable `label_names` attribute.
    case missingLabelNames(file: String)
    /// The label names are empty, or one of them occurs twice.
    case invalidLabelNames(file: String, names: [String])
    /// There is no gait in the file.
    case empty(file: String)
    /// The file exceeds a limit of gaits, frames or bytes.
    case tooLarge(file: String, what: String, limit: Int)
    /// A key of one file is absent from the other.
    case missingKey(file: String, key: String)
    /// The data set has the wrong shape.
    case wrongShape(file: String, key: String, expected: String, found: [Int])
    /// The data set's values are of the wrong kind.
    case wrongType(file: String, key: String, expected: String)
    /// The data set exists, but its values are unreadable: the file is damaged.
    case unreadableValues(file: String, key: String)
    /// The data set's values were written with a filter, such as a compression, that is not installed.
    case missingFilter(file: String, key: String, filter: String)
    /// The coordinates are not a gait.
    case invalidGait(file: String, key: String, reason: GaitError)
    /// The label is not an integer that identifies one of the labels.
    case invalidLabel(file: String, key: String, value: Double, labels: Int)
    /// The manifest is not a table of comma-separated values with the required columns.
    case invalidManifest(file: String, line: Int, reason: String)
    /// The key cannot name a data set, or occurs twice.
    case invalidKey(folder: String, key: String, reason: String)
    /// The folder to write to is not empty.
    case notEmpty(folder: String)
    /// The folder could not be written.
    case unwritable(file: String, reason: String)

    /// One sentence that names the fault, the file, the gait and what was expected.
    package var description: String {
        switch self {
        case .unreadable(let file, let reason): "\(file): \(reason)"
        case .missingLabelNames(let file):
            "\(file): the attribute label_names (comma-separated names in order) is missing"
        case .invalidLabelNames(let file, let names):
            "\(file): label_names must be different, non-empty names, found \"\(names.joined(separator: ","))\""
        case .empty(let file): "\(file): there is no gait in it"
        case .tooLarge(let file, let what, let limit): "\(file): more than \(limit) \(what)"
        case .missingKey(let file, let key): "\(file): there is nothing under the key \"\(key)\""
        case .wrongShape(let file, let key, let expected, let found):
            "\(file): \"\(key)\" has the shape \(found), expected \(expected)"
        case .wrongType(let file, let key, let expected): "\(file): \"\(key)\" is not \(expected)"
        case .unreadableValues(let file, let key):
            "\(file): the values of \"\(key)\" cannot be read; the file is damaged"
        case .missingFilter(let file, let key, let filter):
            "\(file): the values of \"\(key)\" are compressed by \(filter), which libhdf5 lacks here; "
                + "write the file again with gzip or without compression"
        case .invalidGait(let file, let key, let reason): "\(file): \"\(key)\" is not a gait: \(reason)"
        case .invalidLabel(let file, let key, let value, let labels):
            "\(file): the label of \"\(key)\" is \(value), expected a whole number from 0 to \(labels - 1)"
        case .invalidManifest(let file, let line, let reason): "\(file), line \(line): \(reason)"
        case .invalidKey(let folder, let key, let reason): "\(folder): the key \"\(key)\" \(reason)"
        case .notEmpty(let folder):
            "\(folder): the folder is not empty; name a new one, data sets are never overwritten"
        case .unwritable(let file, let reason): "\(file): cannot be written: \(reason)"
        }
    }
}

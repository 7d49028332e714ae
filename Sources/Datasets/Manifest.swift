import Foundation

/// `manifest.csv`: what is known of each gait beyond its coordinates and label.
struct Manifest: Equatable {
    /// One gait's row.
    struct Entry: Equatable {
        var sourceFile: String?
        var actor: String?
        var attributes: [String: String]
    }

    /// The rows by the gait's key; keys that the data set does not have are kept, and harmless.
    var entries: [String: Entry]

    /// Reads the folder's manifest; nil where it has none.
    static func read(from file: String) throws(DatasetError) -> Manifest? {
        guard FileManager.default.fileExists(atPath: file) else { return nil }
        let size = (try? FileManager.default.attributesOfItem(atPath: file)[.size] as? Int) ?? 0
        guard size <= DatasetLimits.textBytes else {
            throw .tooLarge(file: file, what: "bytes", limit: DatasetLimits.textBytes)
        }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw .unreadable(file: file, reason: "cannot be read")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw .unreadable(file: file, reason: "is not UTF-8 text")
        }
        return try Manifest(parsing: text, file: file)
    }

    /// Reads a table whose first record names the columns; `key` must be one of them.
    init(parsing text: String, file: String) throws(DatasetError) {
        let table: CommaSeparatedValues
        do {
            table = try CommaSeparatedValues(parsing: text)
        } catch {
            throw .invalidManifest(file: file, line: error.line, reason: error.reason)
        }
        guard let header = table.records.first, let keyColumn = header.fields.firstIndex(of: DatasetNames.key)
        else {
            throw .invalidManifest(file: file, line: 1, reason: "there is no column named key")
        }
        guard Set(header.fields).count == header.fields.count else {
            throw .invalidManifest(file: file, line: 1, reason: "two columns have the same name")
        }
        entries = [:]
        for record in table.records.dropFirst() {
            guard record.fields.count == header.fields.count else {
                let reason = "\(record.fields.count) fields, expected \(header.fields.count)"
                throw .invalidManifest(file: file, line: record.line, reason: reason)
            }
            let entry = Entry(columns: header.fields, fields: record.fields)
            guard entries.updateValue(entry, forKey: record.fields[keyColumn]) == nil else {
                let reason = "the key \"\(record.fields[keyColumn])\" occurs twice"
                throw .invalidManifest(file: file, line: record.line, reason: reason)
            }
        }
    }

    /// The table of a data set: the columns `key`, `label`, `source_file`, `actor`, then the others by name.
    static func text(of dataset: GaitDataset) -> String {
        let others = Set(dataset.gaits.flatMap(\.attributes.keys)).sorted()
        let own = [DatasetNames.key, DatasetNames.label, DatasetNames.sourceFile, DatasetNames.actor]
        var text = CommaSeparatedValues.line(own + others)
        for gait in dataset.gaits {
            let fields = [gait.key, String(gait.label), gait.sourceFile, gait.actor ?? ""]
            text += CommaSeparatedValues.line(fields + others.map { gait.attributes[$0] ?? "" })
        }
        return text
    }
}

extension Manifest.Entry {
    /// One record by its column names. The key and the label are the HDF5 files' to tell.
    fileprivate init(columns: [String], fields: [String]) {
        attributes = [:]
        for (column, field) in zip(columns, fields) where !field.isEmpty {
            switch column {
            case DatasetNames.key, DatasetNames.label: break
            case DatasetNames.sourceFile: sourceFile = field
            case DatasetNames.actor: actor = field
            default: attributes[column] = field
            }
        }
    }
}

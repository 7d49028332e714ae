import Foundation

/// `manifest.csv`: information on each gait beyond its coordinates and label.
struct Manifest: Equatable {
    /// One gait's row.
    struct Entry: Equatable {
        var sourceFile: String?
        var actor: String?
        var attributes: [String: String]
    }

    /// The rows by the gait's key. Keys that are absent from the data set are harmless.
    var entries: [String: Entry]

    /// Reads the folder's manifest; nil if there is none.
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
    /// One record by its column names. The HDF5 files determine the key and the label.
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

/// A table as RFC 4180 defines it: commas between fields, line ends (CRLF or LF) between records, and quotes around fields
/// that contain a comma, a quote (doubled) or a line end.
struct CommaSeparatedValues: Equatable {
    /// One record and its first line, counted from 1.
    struct Record: Equatable {
        let line: Int
        let fields: [String]
    }

    /// A violation of the format, and its line.
    struct FormatError: Error, Equatable {
        let line: Int
        let reason: String
    }

    let records: [Record]

    /// Reads a whole table; skips empty lines and a byte order mark.
    init(parsing text: String) throws(FormatError) {
        var reader = Reader(bytes: Array(text.utf8))
        var records: [Record] = []
        while let record = try reader.nextRecord() {
            records.append(record)
        }
        self.records = records
    }

    /// One record as a line, with quotes around the fields that need them.
    static func line(_ fields: [String]) -> String {
        fields.map(quoted).joined(separator: ",") + "\r\n"
    }

    private static func quoted(_ field: String) -> String {
        guard field.utf8.contains(where: "\",\n\r".utf8.contains) else { return field }
        return "\"\(field.replacing("\"", with: "\"\""))\""
    }

    /// Walks the bytes once. In UTF-8 these four bytes never occur inside another character.
    private struct Reader {
        private static let quote = UInt8(ascii: "\"")
        private static let comma = UInt8(ascii: ",")
        private static let lineFeed = UInt8(ascii: "\n")
        private static let carriageReturn = UInt8(ascii: "\r")

        private var rest: ArraySlice<UInt8>
        private var line = 1

        init(bytes: [UInt8]) {
            rest = bytes[...]
            _ = take([0xEF, 0xBB, 0xBF])
        }

        /// The next record that is not an empty line; nil at the end.
        mutating func nextRecord() throws(FormatError) -> Record? {
            while takeLineEnd() {}
            guard !rest.isEmpty else { return nil }
            let first = line
            var fields: [String] = []
            repeat {
                fields.append(take([Self.quote]) ? try quotedField() : try plainField())
            } while take([Self.comma])
            guard rest.isEmpty || takeLineEnd() else {
                throw FormatError(line: line, reason: "text follows the closing quote of a field")
            }
            return Record(line: first, fields: fields)
        }

        private mutating func plainField() throws(FormatError) -> String {
            var field = rest.prefix { $0 != Self.comma && $0 != Self.lineFeed && $0 != Self.quote }
            switch rest[field.endIndex...].first {
            case Self.quote: throw FormatError(line: line, reason: "a quote inside an unquoted field")
            case Self.lineFeed where field.last == Self.carriageReturn: field = field.dropLast()
            default: break
            }
            rest = rest[field.endIndex...]
            return String(decoding: field, as: UTF8.self)
        }

        private mutating func quotedField() throws(FormatError) -> String {
            var field: [UInt8] = []
            while let end = rest.firstIndex(of: Self.quote) {
                field += rest[..<end]
                rest = rest[(end + 1)...]
                guard take([Self.quote]) else {
                    line += field.count { $0 == Self.lineFeed }
                    return String(decoding: field, as: UTF8.self)
                }
                field.append(Self.quote)
            }
            throw FormatError(line: line, reason: "the closing quote of a field is missing")
        }

        private mutating func take(_ bytes: [UInt8]) -> Bool {
            guard rest.starts(with: bytes) else { return false }
            rest = rest.dropFirst(bytes.count)
            return true
        }

        private mutating func takeLineEnd() -> Bool {
            guard take([Self.lineFeed]) || take([Self.carriageReturn, Self.lineFeed]) else { return false }
            line += 1
            return true
        }
    }
}

/// A table in the form of RFC 4180: fields separated by commas, records by line ends (CRLF or LF), fields
/// quoted where they hold a comma, a quote (doubled) or a line end.
struct CommaSeparatedValues: Equatable {
    /// One record and the line it begins on, counted from 1.
    struct Record: Equatable {
        let line: Int
        let fields: [String]
    }

    /// What is not in the form, and where.
    struct FormatError: Error, Equatable {
        let line: Int
        let reason: String
    }

    let records: [Record]

    /// Reads a whole table. Empty lines are skipped, a byte order mark too.
    init(parsing text: String) throws(FormatError) {
        var reader = Reader(bytes: Array(text.utf8))
        var records: [Record] = []
        while let record = try reader.nextRecord() {
            records.append(record)
        }
        self.records = records
    }

    /// One record as a line, its fields quoted where they must be.
    static func line(_ fields: [String]) -> String {
        fields.map(quoted).joined(separator: ",") + "\r\n"
    }

    private static func quoted(_ field: String) -> String {
        let mustQuote = field.utf8.contains { byte in
            byte == Reader.quote || byte == Reader.comma || byte == Reader.lineFeed
                || byte == Reader.carriageReturn
        }
        guard mustQuote else { return field }
        return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
            + "\""
    }
}

extension CommaSeparatedValues {
    /// Walks the bytes once; UTF-8 never has these four bytes inside another character.
    fileprivate struct Reader {
        static let quote = UInt8(ascii: "\"")
        static let comma = UInt8(ascii: ",")
        static let lineFeed = UInt8(ascii: "\n")
        static let carriageReturn = UInt8(ascii: "\r")

        private let bytes: [UInt8]
        private var position = 0
        private var line = 1

        init(bytes: [UInt8]) {
            self.bytes = bytes
            if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        }

        /// The next record that is not an empty line; nil at the end.
        mutating func nextRecord() throws(FormatError) -> Record? {
            while position < bytes.count, takeLineEnd() {}
            guard position < bytes.count else { return nil }
            let first = line
            var fields: [String] = []
            repeat {
                fields.append(bytes[safe: position] == Self.quote ? try quotedField() : try plainField())
            } while take(Self.comma)
            guard position == bytes.count || takeLineEnd() else {
                throw FormatError(line: line, reason: "text follows the closing quote of a field")
            }
            return Record(line: first, fields: fields)
        }

        private mutating func plainField() throws(FormatError) -> String {
            let start = position
            while position < bytes.count, bytes[position] != Self.comma, !isLineEnd(at: position) {
                guard bytes[position] != Self.quote else {
                    throw FormatError(line: line, reason: "a quote inside a field that is not quoted")
                }
                position += 1
            }
            return String(decoding: bytes[start..<position], as: UTF8.self)
        }

        private mutating func quotedField() throws(FormatError) -> String {
            let first = line
            var field: [UInt8] = []
            position += 1
            while position < bytes.count {
                let byte = bytes[position]
                position += 1
                if byte == Self.quote, !take(Self.quote) {
                    return String(decoding: field, as: UTF8.self)
                }
                if byte == Self.lineFeed { line += 1 }
                field.append(byte)
            }
            throw FormatError(line: first, reason: "the closing quote of a field is missing")
        }

        private mutating func take(_ byte: UInt8) -> Bool {
            guard bytes[safe: position] == byte else { return false }
            position += 1
            return true
        }

        private func isLineEnd(at index: Int) -> Bool {
            bytes[index] == Self.lineFeed
                || (bytes[index] == Self.carriageReturn && bytes[safe: index + 1] == Self.lineFeed)
        }

        private mutating func takeLineEnd() -> Bool {
            guard position < bytes.count, isLineEnd(at: position) else { return false }
            position += bytes[position] == Self.lineFeed ? 1 : 2
            line += 1
            return true
        }
    }
}

extension Array {
    /// The element at the index, nil past the end.
    fileprivate subscript(safe index: Int) -> Element? {
        index < count ? self[index] : nil
    }
}

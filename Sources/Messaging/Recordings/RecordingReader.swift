import Foundation

/// Reads the messages of a recording of any size one after another. It counts and skips lines that hold none.
package final class RecordingReader {
    /// Lines that hold no message for one reason.
    package struct Damage: Encodable, Equatable {
        package fileprivate(set) var count = 0
        /// The numbers of the first ones, counted from 1.
        package fileprivate(set) var first: [Int] = []
    }

    /// The longest line that is read: a payload of a megabyte is 1.4 MB as base64.
    package static let maximumLineBytes = 4 << 20
    /// How many lines of each reason are named.
    private static let named = 5

    /// The lines that hold no message, by reason.
    package private(set) var damage: [String: Damage] = [:]

    private let path: String
    private let file: UnsafeMutablePointer<FILE>
    private var reader = RecordedMessageReader()
    private var line: [UInt8] = []
    private var lineNumber = 0

    /// Opens a recording; `-` is standard input.
    ///
    /// - Throws: `MessagingError.recording` if the file cannot be opened.
    package init(_ path: String) throws(MessagingError) {
        self.path = path
        guard let file = path == "-" ? fdopen(dup(STDIN_FILENO), "r") : fopen(path, "re") else {
            throw Self.failure(path)
        }
        self.file = file
    }

    deinit { fclose(file) }

    /// The next message; nil at the end, and if a signal arrives while the file has nothing to read.
    ///
    /// - Throws: `MessagingError.recording` if the file cannot be read.
    package func next() throws(MessagingError) -> RecordedMessage? {
        while try readLine() {
            lineNumber += 1
            if line.count > Self.maximumLineBytes {
                addDamage("line_too_long")
            } else if !line.allSatisfy(RecordedMessageReader.isSpace) {
                do { return try reader.read(line) } catch { addDamage(error.rawValue) }
            }
        }
        return nil
    }

    /// Reads the next line without its end, and of one that is too long only the beginning; false if there is none.
    private func readLine() throws(MessagingError) -> Bool {
        line.removeAll(keepingCapacity: true)
        while true {
            let byte = getc_unlocked(file)
            guard byte != EOF else {
                let isAtEnd = feof(file) != 0
                guard isAtEnd || errno == EINTR else { throw Self.failure(path) }
                return isAtEnd && !line.isEmpty
            }
            if byte == 0x0A { return true }
            if line.count <= Self.maximumLineBytes { line.append(UInt8(byte)) }
        }
    }

    private func addDamage(_ reason: String) {
        damage[reason, default: Damage()].count += 1
        guard let count = damage[reason]?.count, count <= Self.named else { return }
        damage[reason]?.first.append(lineNumber)
    }

    private static func failure(_ path: String) -> MessagingError {
        .recording("\(path) cannot be read: \(String(cString: strerror(errno)))")
    }
}

extension [String: RecordingReader.Damage] {
    /// Such as `malformed_line: 7 (lines 3, 4, 8, 12, 13, …)`, in the reasons' alphabetical order.
    package var text: String {
        sorted { $0.key < $1.key }.map { reason, lines in
            let numbers = lines.first.map(String.init) + (lines.count > lines.first.count ? ["…"] : [])
            let word = lines.count == 1 ? "line" : "lines"
            return "\(reason): \(lines.count) (\(word) \(numbers.joined(separator: ", ")))"
        }.joined(separator: "; ")
    }
}

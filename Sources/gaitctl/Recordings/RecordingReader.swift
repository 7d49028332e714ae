import Foundation
import Messaging

/// Reads the messages of a recording one after another. It counts and skips lines that hold none.
struct RecordingReader {
    /// The lines that hold no message, by reason.
    private(set) var damage = LineDamage()

    private let lines: LineReader
    private var reader = RecordedMessageReader()
    private var lineNumber = 0

    /// Opens a recording; `-` is standard input.
    ///
    /// - Throws: `CommandFailure.failure` if the file cannot be opened.
    init(_ path: String) throws(CommandFailure) {
        lines = try LineReader(path)
    }

    /// The next message; nil at the end.
    ///
    /// - Throws: `CommandFailure.failure` if the file cannot be read, or at Ctrl-C.
    mutating func next() throws(CommandFailure) -> RecordedMessage? {
        while let line = try lines.next() {
            lineNumber += 1
            guard case .bytes(let bytes) = line else {
                damage.add("line_too_long", line: lineNumber)
                continue
            }
            // An empty line is no damage.
            guard bytes.contains(where: { $0 != 0x20 && $0 != 0x0D && $0 != 0x09 }) else { continue }
            do { return try reader.read(bytes) } catch { damage.add(error.rawValue, line: lineNumber) }
        }
        return nil
    }
}

/// Lines of a recording that hold no message: counts by reason, and the first ones' numbers.
struct LineDamage: Encodable, Equatable {
    /// The lines of one reason.
    struct Lines: Encodable, Equatable {
        fileprivate(set) var count = 0
        /// The numbers of the first ones, counted from 1.
        fileprivate(set) var first: [Int] = []
    }

    private(set) var reasons: [String: Lines] = [:]
    private static let named = 5

    var isEmpty: Bool { reasons.isEmpty }

    mutating func add(_ reason: String, line: Int) {
        reasons[reason, default: Lines()].count += 1
        if reasons[reason, default: Lines()].first.count < LineDamage.named {
            reasons[reason]?.first.append(line)
        }
    }

    /// Such as `malformed_line: 7 (lines 3, 4, 8, 12, 13, …)`, in the reasons' alphabetical order.
    var text: String {
        reasons.sorted { $0.key < $1.key }.map { reason, lines in
            let numbers = lines.first.map(String.init) + (lines.count > lines.first.count ? ["…"] : [])
            let word = lines.count == 1 ? "line" : "lines"
            return "\(reason): \(lines.count) (\(word) \(numbers.joined(separator: ", ")))"
        }.joined(separator: "; ")
    }

    func encode(to encoder: any Encoder) throws {
        try reasons.encode(to: encoder)
    }
}

/// Reads a file of any size line by line, a piece at a time.
final class LineReader {
    /// A line.
    enum Line: Equatable {
        /// Its bytes without the line's end.
        case bytes([UInt8])
        /// Longer than `maximumBytes`, and skipped.
        case tooLong
    }

    /// The longest line that is read: a payload of a megabyte is 1.4 MB as base64.
    static let maximumBytes = 4 << 20

    private let path: String
    private let descriptor: Int32
    private var piece = [UInt8](repeating: 0, count: 1 << 18)
    /// The part of the piece that has not been handed out.
    private var remaining = 0..<0

    /// Opens a file; `-` is standard input.
    ///
    /// - Throws: `CommandFailure.failure` if it cannot be opened.
    init(_ path: String) throws(CommandFailure) {
        self.path = path
        descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw LineReader.failure(path) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// The next line; nil at the end of the file.
    ///
    /// - Throws: `CommandFailure.failure` if the file cannot be read, or at Ctrl-C.
    func next() throws(CommandFailure) -> Line? {
        var line: [UInt8] = []
        var (isEmpty, isTooLong) = (true, false)
        while true {
            if remaining.isEmpty, try !fill() {
                return isEmpty ? nil : isTooLong ? .tooLong : .bytes(line)
            }
            isEmpty = false
            let end = piece[remaining].firstIndex(of: 0x0A)
            let part = remaining.lowerBound..<(end ?? remaining.upperBound)
            isTooLong = isTooLong || line.count + part.count > LineReader.maximumBytes
            if isTooLong { line = [] } else { line += piece[part] }
            remaining = (end.map { $0 + 1 } ?? remaining.upperBound)..<remaining.upperBound
            if end != nil { return isTooLong ? .tooLong : .bytes(line) }
        }
    }

    /// Reads the next piece; false at the end of the file.
    private func fill() throws(CommandFailure) -> Bool {
        while true {
            try Interruption.check()
            let count = read(descriptor, &piece, piece.count)
            if count >= 0 {
                remaining = 0..<count
                return count > 0
            }
            guard errno == EINTR else { throw LineReader.failure(path) }
        }
    }

    private static func failure(_ path: String) -> CommandFailure {
        .failure("\(path) cannot be read: \(String(cString: strerror(errno)))")
    }
}

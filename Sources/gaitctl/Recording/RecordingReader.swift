import Messaging

/// Reads the messages of a recording one after another; lines that hold none are counted and passed over.
struct RecordingReader {
    /// The lines that hold no message, by reason.
    private(set) var damage = LineDamage()

    private let lines: LineReader
    private var reader = RecordedMessageReader()
    private var lineNumber = 0

    /// Opens a recording; `-` is standard input.
    ///
    /// - Throws: `CommandFailure.failure` where the file cannot be opened.
    init(_ path: String) throws(CommandFailure) {
        lines = try LineReader(path)
    }

    /// The next message; nil at the end.
    ///
    /// - Throws: `CommandFailure.failure` where the file cannot be read, or at Ctrl-C.
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

/// Lines of a recording that hold no message: how many by reason, and where the first ones are.
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

    /// As `malformed_line: 7 (lines 3, 4, 8, 12, 13, …)`; the reasons in alphabetical order.
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

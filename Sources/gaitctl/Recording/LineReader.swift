import Foundation

/// Reads a file line by line, a piece at a time, so that its size does not matter.
final class LineReader {
    /// What the next line is.
    enum Line: Equatable {
        /// Its bytes without the line's end.
        case bytes([UInt8])
        /// Longer than `maximumBytes`; passed over.
        case tooLong
    }

    /// The longest line that is read: a payload of a megabyte is 1.4 MB as base64.
    static let maximumBytes = 4 << 20

    private let path: String
    private let descriptor: Int32
    private var piece = [UInt8](repeating: 0, count: 1 << 18)
    /// What of the piece has not been handed out.
    private var remaining = 0..<0

    /// Opens a file; `-` is standard input.
    ///
    /// - Throws: `CommandFailure.failure` where it cannot be opened.
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
    /// - Throws: `CommandFailure.failure` where the file cannot be read, or at Ctrl-C.
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

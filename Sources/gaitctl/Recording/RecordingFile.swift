import Foundation

/// A recording that is being written: whole lines only, whatever happens.
final class RecordingFile {
    private let path: String
    private let descriptor: Int32
    /// Whether the file was there before.
    private let existed: Bool
    private var waiting: [UInt8] = []
    /// Bytes of the whole lines in the file.
    private var written: off_t = 0
    private var isTruncated = false

    /// Lines that were handed over.
    private(set) var lines = 0
    var bytes: Int { Int(written) + waiting.count }

    /// How much is written at once.
    private static let piece = 1 << 16

    /// Opens a file; `-` is standard output. A file that is replaced is emptied at its first line, not before.
    ///
    /// - Throws: `CommandFailure.failure` where it is there and not to be replaced, or cannot be written.
    init(_ path: String, replaces: Bool) throws(CommandFailure) {
        self.path = path
        existed = path != "-" && access(path, F_OK) == 0
        if path == "-" {
            descriptor = dup(STDOUT_FILENO)
        } else {
            descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (replaces ? 0 : O_EXCL), 0o644)
        }
        if descriptor < 0, errno == EEXIST {
            throw .failure("\(path) is there already; name another file, or replace it with --force")
        }
        guard descriptor >= 0 else { throw RecordingFile.failure(path, lines: 0) }
    }

    /// A new file without a line is removed again.
    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        if lines == 0, !existed, path != "-" { unlink(path) }
    }

    /// Takes a line with its end, and writes when a piece is full.
    ///
    /// - Throws: `CommandFailure.failure` where it cannot be written, as when the disk is full.
    func append(_ line: [UInt8]) throws(CommandFailure) {
        waiting += line
        lines += 1
        if waiting.count >= RecordingFile.piece { try flush() }
    }

    /// Writes what waits.
    ///
    /// - Throws: `CommandFailure.failure` where it cannot be written; a line that was begun is taken back.
    func flush() throws(CommandFailure) {
        guard !waiting.isEmpty else { return }
        if !isTruncated {
            isTruncated = true
            // Fails for what is no file, such as a pipe, which has nothing to be emptied of.
            if existed { _ = ftruncate(descriptor, 0) }
        }
        var start = 0
        while start < waiting.count {
            let count = waiting.withUnsafeBytes {
                write(descriptor, $0.baseAddress?.advanced(by: start), $0.count - start)
            }
            if count >= 0 {
                start += count
            } else if errno != EINTR {
                let failure = RecordingFile.failure(path, lines: lines)
                let whole = waiting[..<start].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
                _ = ftruncate(descriptor, written + off_t(whole))
                waiting = []
                throw failure
            }
        }
        written += off_t(waiting.count)
        waiting.removeAll(keepingCapacity: true)
    }

    private static func failure(_ path: String, lines: Int) -> CommandFailure {
        let reason = String(cString: strerror(errno))
        let since = lines > 0 ? "; the recording ends after about \(lines) messages" : ""
        return .failure("\(path) cannot be written: \(reason)\(since)")
    }
}

import Foundation

/// A recording, or another file of lines, that is being written in whole lines only.
package final class RecordingFile {
    private let path: String
    private let descriptor: Int32
    /// Whether the file was there before.
    private let existed: Bool

    /// The lines that were written, and their bytes.
    package private(set) var lines = 0
    package private(set) var bytes = 0

    /// Opens a file; `-` is standard output. A file that is replaced is emptied at its first line, not before.
    ///
    /// - Throws: `MessagingError.recording` if it exists and is not to be replaced, or cannot be written.
    package init(_ path: String, replaces: Bool) throws(MessagingError) {
        self.path = path
        existed = path != "-" && access(path, F_OK) == 0
        descriptor =
            path == "-"
            ? dup(STDOUT_FILENO)
            : open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (replaces ? 0 : O_EXCL), 0o644)
        guard descriptor >= 0 else { throw failure() }
    }

    /// A new file without a line is removed again.
    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        if lines == 0, !existed, path != "-" { unlink(path) }
    }

    /// Writes a line with its end.
    ///
    /// - Throws: `MessagingError.recording` if it cannot be written, as when the disk is full; a partial line is taken
    ///   back.
    package func append(_ line: [UInt8]) throws(MessagingError) {
        // Fails for a pipe, which has nothing to empty.
        if existed, lines == 0 { _ = ftruncate(descriptor, 0) }
        var rest = line[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 || errno == EINTR else {
                let failure = failure()
                _ = ftruncate(descriptor, off_t(bytes))
                throw failure
            }
            rest = rest.dropFirst(max(count, 0))
        }
        lines += 1
        bytes += line.count
    }

    private func failure() -> MessagingError {
        let reason = String(cString: strerror(errno))
        let since = lines > 0 ? "; it ends after \(lines) lines" : ""
        return .recording("\(path) cannot be written: \(reason)\(since)")
    }
}

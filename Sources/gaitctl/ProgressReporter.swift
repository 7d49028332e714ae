import Foundation
import Synchronization

/// Shows a command's progress on stderr: one line that is rewritten on a terminal, plain lines now and then elsewhere.
/// May be called from any thread.
final class ProgressReporter: Sendable {
    private struct State {
        /// When a plain line was last written, seconds since the system started.
        var lastLine = -Double.infinity
        /// Whether the terminal's cursor stands in a rewritten line.
        var isLineOpen = false
    }

    private let isTerminal: Bool
    private let interval: Double
    private let now: @Sendable () -> Double
    private let write: @Sendable (String) -> Void
    private let state = Mutex(State())

    /// A reporter on stderr. Off a terminal a line is written every `interval` seconds at most.
    convenience init(interval: Double = 5) {
        self.init(
            isTerminal: isatty(STDERR_FILENO) == 1, interval: interval,
            now: { ProcessInfo.processInfo.systemUptime },
            write: { FileHandle.standardError.write(Data($0.utf8)) })
    }

    /// A reporter on anything, by any clock.
    init(
        isTerminal: Bool, interval: Double, now: @escaping @Sendable () -> Double,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.isTerminal = isTerminal
        self.interval = interval
        self.now = now
        self.write = write
    }

    /// Shows the state of the work. The text is made only if it is shown.
    func report(_ text: @autoclosure () -> String) {
        state.withLock { state in
            if isTerminal {
                // Carriage return, erase to the end of the line.
                write("\r\u{1B}[K" + text())
                state.isLineOpen = true
            } else if now() - state.lastLine >= interval {
                write(text() + "\n")
                state.lastLine = now()
            }
        }
    }

    /// Writes a permanent line.
    func note(_ text: String) {
        state.withLock { state in
            write((state.isLineOpen ? "\r\u{1B}[K" : "") + text + "\n")
            state.isLineOpen = false
        }
    }

    /// Erases the rewritten line, so that the result begins at the left margin.
    func finish() {
        state.withLock { state in
            if state.isLineOpen { write("\r\u{1B}[K") }
            state.isLineOpen = false
        }
    }
}

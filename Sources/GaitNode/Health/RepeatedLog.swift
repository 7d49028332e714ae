import Logging

/// Log lines that a broken source could write thirty times a second: the first of a reason is written at
/// once, then at most one a minute, with the number of those left out.
struct RepeatedLog {
    private struct Entry {
        var lastWritten: Double
        var leftOut: Int
    }

    /// Seconds between two lines of the same reason.
    static let interval = 60.0
    /// Reasons remembered; they come from fixed sets, so this is never reached unless by a mistake of ours.
    private static let capacity = 256

    private let logger: Logger
    private var entries: [String: Entry] = [:]

    init(logger: Logger) {
        self.logger = logger
    }

    /// Writes a warning unless one of the same reason was written less than a minute ago.
    ///
    /// - Parameters:
    ///   - reason: What is limited together.
    ///   - now: Monotonic seconds.
    ///   - message: The line, made only if it is written.
    mutating func warning(_ reason: String, at now: Double, _ message: () -> String) {
        guard var entry = entries[reason] else {
            if entries.count < Self.capacity { entries[reason] = Entry(lastWritten: now, leftOut: 0) }
            logger.warning("\(message())")
            return
        }
        if now - entry.lastWritten >= Self.interval {
            logger.warning("\(message()) (and \(entry.leftOut) more of this kind before)")
            entry = Entry(lastWritten: now, leftOut: 0)
        } else {
            entry.leftOut += 1
        }
        entries[reason] = entry
    }
}

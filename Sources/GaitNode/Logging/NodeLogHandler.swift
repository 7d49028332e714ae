import Foundation
package import Logging
import Synchronization

/// The parts of the node with log levels of their own.
package enum Subsystem: String, CaseIterable, Sendable {
    case mqtt, pipeline, perception, requests, training

    var meaning: String {
        switch self {
        case .mqtt: "the connection to the broker"
        case .pipeline: "the processing of skeletons into emotions"
        case .perception: "the processing of camera frames into skeletons"
        case .requests: "requests and labels"
        case .training: "retraining and model changes"
        }
    }
}

/// The log levels of every logger in the process; they may change while it runs. For any thread.
package final class LogLevels: Sendable {
    /// The configured levels.
    package struct Settings: Sendable, Equatable {
        /// For subsystems without their own level, and for everything else.
        package var level = Logger.Level.info
        package var subsystems: [Subsystem: Logger.Level] = [:]
    }

    private let current = Mutex(Settings())

    package init() {}

    /// The current levels.
    package var settings: Settings {
        get { current.withLock { $0 } }
        set { current.withLock { $0 = newValue } }
    }

    /// The level of a subsystem; of everything else for nil.
    func level(of subsystem: Subsystem?) -> Logger.Level {
        let settings = settings
        return subsystem.flatMap { settings.subsystems[$0] } ?? settings.level
    }

    /// The program's logger, which writes to standard error.
    package func logger(label: String) -> Logger {
        Logger(label: label) { _ in NodeLogHandler(levels: self) }
    }
}

extension Logger {
    /// The logger of a part of the node.
    func of(_ subsystem: Subsystem) -> Logger {
        var logger = self
        logger[metadataKey: NodeLogHandler.subsystemKey] = .string(subsystem.rawValue)
        return logger
    }
}

/// Writes log lines to standard error: with a time for people, or, if systemd's journal reads them, with the priority that
/// it sorts and colors by, and without the time, which it adds itself.
struct NodeLogHandler: LogHandler {
    /// The metadata that names the ``Subsystem``.
    static let subsystemKey = "subsystem"

    private let levels: LogLevels
    private let isForJournal: Bool
    private let write: @Sendable (String) -> Void
    private var subsystem: Subsystem?

    var metadata = Logger.Metadata() {
        didSet { subsystem = metadata[Self.subsystemKey].flatMap { Subsystem(rawValue: $0.description) } }
    }

    /// The configured level of the subsystem. Setting it here has no effect.
    var logLevel: Logger.Level {
        get { levels.level(of: subsystem) }
        set {}
    }

    /// - Parameters:
    ///   - isForJournal: Whether the lines go to systemd's journal.
    ///   - write: Takes a line with its end.
    init(
        levels: LogLevels, isForJournal: Bool = Self.journalReads(STDERR_FILENO),
        write: @escaping @Sendable (String) -> Void = Self.writeToStandardError
    ) {
        (self.levels, self.isForJournal, self.write) = (levels, isForJournal, write)
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let start =
            isForJournal
            ? "<\(event.level.priority)>" : "\(Date.now.formatted(.iso8601)) \(event.level.rawValue) "
        let name = subsystem.map { "\($0.rawValue): " } ?? ""
        let more = metadata.merging(event.metadata ?? [:]) { $1 }.filter { $0.key != Self.subsystemKey }
            .sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        // A message is one line: foreign text must not look like a separate line.
        let text = (name + event.message.description + more).map { $0.isNewline ? " " : $0 }
        write(start + String(text) + "\n")
    }

    /// Whether a descriptor is the stream that systemd names as its journal's.
    static func journalReads(
        _ descriptor: Int32, environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> Bool {
        var status = stat()
        guard let stream = environment["JOURNAL_STREAM"], fstat(descriptor, &status) == 0 else {
            return false
        }
        return stream == "\(status.st_dev):\(status.st_ino)"
    }

    /// Writes in one call, so that lines of several threads do not mix.
    private static func writeToStandardError(_ line: String) {
        var line = line
        line.withUTF8 { _ = Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

}

extension Logger.Level {
    /// Syslog's numbers: 3 is an error, 7 is for debugging.
    fileprivate var priority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}

/// Limits log lines that a broken source could cause thirty times a second: the first for a reason is written at once,
/// then at most one a minute, with the number of those left out.
struct RepeatedLog {
    /// Seconds between two lines of the same reason.
    static let interval = 60.0
    /// Remembered reasons. They come from fixed sets, so only a bug of ours could reach this.
    private static let capacity = 256

    private let logger: Logger
    private var entries: [String: (lastWritten: Double, leftOut: Int)] = [:]

    init(logger: Logger) {
        self.logger = logger
    }

    /// Writes a warning unless one for the same reason was written less than a minute ago.
    ///
    /// - Parameters:
    ///   - reason: Groups lines that are limited together.
    ///   - now: Monotonic seconds.
    ///   - message: The line; called only if it is written.
    mutating func warning(_ reason: String, at now: Double, _ message: () -> String) {
        guard var entry = entries[reason] else {
            if entries.count < Self.capacity { entries[reason] = (now, 0) }
            logger.warning("\(message())")
            return
        }
        if now - entry.lastWritten >= Self.interval {
            logger.warning("\(message()) (and \(entry.leftOut) more of this kind before)")
            entry = (now, 0)
        } else {
            entry.leftOut += 1
        }
        entries[reason] = entry
    }
}

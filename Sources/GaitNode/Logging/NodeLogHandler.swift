import Foundation
import Logging

/// Writes log lines to standard error: with a time for people, or, where systemd's journal reads them, with the
/// priority that it sorts and colours by, and without the time that it adds itself.
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

    /// What the configuration says of the subsystem. To set it here has no effect.
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
        let start = isForJournal ? "<\(event.level.priority)>" : "\(Self.time()) \(event.level.rawValue) "
        let name = subsystem.map { "\($0.rawValue): " } ?? ""
        let more = metadata.merging(event.metadata ?? [:]) { $1 }.filter { $0.key != Self.subsystemKey }
            .sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        // A message is one line: what comes from elsewhere must not look like a line of its own.
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

    /// In one call, so that lines of several threads do not mix.
    private static func writeToStandardError(_ line: String) {
        var line = line
        line.withUTF8 { _ = Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    private static func time() -> String {
        Date.now.formatted(.iso8601)
    }
}

extension Logger.Level {
    /// As syslog counts: 3 is an error, 7 for whoever looks for a fault.
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

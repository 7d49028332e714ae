import ArgumentParser
import Foundation
import Messaging

/// `gaitctl record`: the robots' messages, into a file.
struct RecordCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Record the robots' skeletons as JSON lines.",
        discussion: """
            Each line is {"topic": …, "at": seconds since the first line, "payload": {…}}; a payload that is no JSON \
            object is kept as "base64". Payloads are written exactly as they came. Without --robot and --topic the \
            command records every robot's skeletons.

            Ctrl-C or SIGTERM ends the recording with a whole last line and a summary. Skeletons show how people \
            move: ask the people whom you record.

            Examples:
              gaitctl record --out walk.jsonl --seconds 30
              gaitctl record --out walk.jsonl --robot r1 --robot r2 --emotions
              gaitctl record --out - --topic 'robots/r1/#' | head -1
            """)

    @OptionGroup var broker: BrokerOptions
    @OptionGroup var prefixes: TopicOptions

    @Option(help: ArgumentHelp("The file to write; - is standard output.", valueName: "file"))
    var out: String

    @Option(
        help: ArgumentHelp("A robot whose skeletons are recorded; may be repeated.", valueName: "name"))
    var robot: [String] = []

    @Option(help: ArgumentHelp("A topic filter to record; may be repeated.", valueName: "filter"))
    var topic: [String] = []

    @Flag(help: "Also record the emotions that gaitd publishes.")
    var emotions = false

    @Flag(help: "Also record retained messages, which were published before.")
    var retained = false

    @Option(help: "How long to record; until Ctrl-C by default.")
    var seconds: Double?

    @Flag(help: "Replace an existing file.")
    var force = false

    @OptionGroup var output: OutputOptions

    func validate() throws {
        for robot in robot { try TopicOptions.check("--robot", robot) }
        guard !out.isEmpty else { throw ValidationError("--out is empty.") }
        if let seconds { try checkRange("--seconds", seconds, 0.1...1e7) }
        guard out != "-" || !output.json else {
            throw ValidationError("--json and --out - would both write to standard output.")
        }
    }

    func run() throws {
        let topics = try prefixes.topics()
        // Before the wait for a broker, and without touching the file.
        if !force, out != "-", FileManager.default.fileExists(atPath: out) {
            throw CommandFailure.failure(
                "\(out) already exists; name another file, or replace it with --force")
        }
        let connection = try BrokerConnection(
            broker.configuration(purpose: "record"), filters: filters(topics))
        defer { connection.stop() }
        let file = try RecordingFile(out, replaces: force)
        let progress = ProgressReporter()
        defer { progress.finish() }
        progress.report("record: waiting for messages on \(filters(topics).joined(separator: ", "))")
        var recorder = Recorder(connection, to: file, named: out, takesRetained: retained)
        let summary = try recorder.run(seconds: seconds, progress: progress)
        progress.finish()
        if summary.dropped > 0 {
            progress.note(
                "record: \(summary.dropped) messages arrived too fast or were too large and are missing")
        }
        guard summary.messages > 0 else {
            throw CommandFailure.failure(
                "no message arrived on \(filters(topics).joined(separator: ", ")); nothing was recorded")
        }
        if out == "-" { return progress.note(ReportText.line(summary)) }
        try output.emit(summary)
    }

    private func filters(_ topics: Topics) -> [String] {
        let robots = robot.isEmpty ? ["+"] : robot
        let skeletons = robot.isEmpty && !topic.isEmpty ? [] : robots
        return topic + skeletons.flatMap { topics.skeletonFilters(robot: $0) }
            + (emotions ? robots.map { topics.emotionFilter(robot: $0) } : [])
    }
}

/// Writes the messages that arrive on a connection to a recording.
struct Recorder {
    /// How a recording went.
    struct Summary: Encodable {
        fileprivate(set) var messages = 0
        /// From the first message to the last.
        fileprivate(set) var seconds = 0.0
        fileprivate(set) var bytes = 0
        /// Messages that came faster than they could be written.
        fileprivate(set) var dropped = 0
        /// Retained messages from before the recording, left out.
        fileprivate(set) var retained = 0
        /// Messages by topic.
        fileprivate(set) var topics: [String: Int] = [:]
        let out: String
    }

    /// Topics that are counted one by one. A recording of more has their messages, but not their counts.
    private static let maximumTopics = 10_000

    let connection: BrokerConnection
    let file: RecordingFile
    /// Whether retained messages, which are from before, are recorded too.
    let takesRetained: Bool
    private var summary: Summary

    init(_ connection: BrokerConnection, to file: RecordingFile, named out: String, takesRetained: Bool) {
        self.connection = connection
        self.file = file
        self.takesRetained = takesRetained
        summary = Summary(out: out)
    }

    /// Records until `seconds` have passed (nil: without end) or Ctrl-C.
    ///
    /// - Throws: `CommandFailure` if the file cannot be written or the broker refuses a subscription.
    mutating func run(seconds: Double?, progress: ProgressReporter) throws -> Summary {
        let start = Arrival.monotonicSeconds()
        var first: Double?
        while !Interruption.isRequested {
            // Messages that arrive while the disk is slow are written together.
            if connection.isEmpty { try file.flush() }
            let deadline = seconds.map { start + $0 }
            guard let message = try connection.next(until: deadline ?? Arrival.monotonicSeconds() + 1) else {
                if let deadline, Arrival.monotonicSeconds() >= deadline { break }
                report(to: progress)
                continue
            }
            guard takesRetained || !message.retained else {
                summary.retained += 1
                continue
            }
            let arrival = (message.arrival ?? .now()).monotonic
            let at = max(arrival - (first ?? arrival), 0)
            first = first ?? arrival
            let recorded = RecordedMessage(topic: message.topic, at: at, payload: message.payload)
            try file.append(recorded.line())
            summary.messages += 1
            summary.seconds = at
            if summary.topics.count < Recorder.maximumTopics || summary.topics[message.topic] != nil {
                summary.topics[message.topic, default: 0] += 1
            }
            report(to: progress)
        }
        try file.flush()
        summary.bytes = file.bytes
        summary.dropped = connection.dropped
        return summary
    }

    private func report(to progress: ProgressReporter) {
        progress.report(
            "record: \(summary.messages) messages of \(summary.topics.count) topics, "
                + "\(Int(summary.seconds)) s, \(file.bytes / 1000) kB")
    }
}

/// A recording that is being written, in whole lines only.
final class RecordingFile {
    private let path: String
    private let descriptor: Int32
    /// Whether the file was there before.
    private let existed: Bool
    private var waiting: [UInt8] = []
    /// Bytes of the whole lines in the file.
    private var written: off_t = 0
    private var isTruncated = false

    /// Lines that were appended.
    private(set) var lines = 0
    var bytes: Int { Int(written) + waiting.count }

    /// How much is written at once.
    private static let piece = 1 << 16

    /// Opens a file; `-` is standard output. A file that is replaced is emptied at its first line, not before.
    ///
    /// - Throws: `CommandFailure.failure` if it exists and is not to be replaced, or cannot be written.
    init(_ path: String, replaces: Bool) throws(CommandFailure) {
        self.path = path
        existed = path != "-" && access(path, F_OK) == 0
        if path == "-" {
            descriptor = dup(STDOUT_FILENO)
        } else {
            descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (replaces ? 0 : O_EXCL), 0o644)
        }
        if descriptor < 0, errno == EEXIST {
            throw .failure("\(path) already exists; name another file, or replace it with --force")
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
    /// - Throws: `CommandFailure.failure` if it cannot be written, as when the disk is full.
    func append(_ line: [UInt8]) throws(CommandFailure) {
        waiting += line
        lines += 1
        if waiting.count >= RecordingFile.piece { try flush() }
    }

    /// Writes the lines that wait.
    ///
    /// - Throws: `CommandFailure.failure` if it cannot be written; a partial line is taken back.
    func flush() throws(CommandFailure) {
        guard !waiting.isEmpty else { return }
        if !isTruncated {
            isTruncated = true
            // Fails for a pipe, which has nothing to empty.
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

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

    /// Topics that are counted one by one. A recording of more has their messages, but not their counts.
    private static let maximumTopics = 10_000

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
        let filters = filters(topics)
        let names = filters.joined(separator: ", ")
        let connection = try BrokerConnection(broker.configuration(purpose: "record"), filters: filters)
        defer { connection.stop() }
        let file = try RecordingFile(out, replaces: force)
        let progress = ProgressReporter()
        defer { progress.finish() }
        progress.report("record: waiting for messages on \(names)")
        let summary = try record(connection, to: file, progress: progress)
        progress.finish()
        if summary.dropped > 0 {
            progress.note(
                "record: \(summary.dropped) messages arrived too fast or were too large and are missing")
        }
        guard summary.messages > 0 else {
            throw CommandFailure.failure("no message arrived on \(names); nothing was recorded")
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

    /// Records until the time is over, or Ctrl-C.
    ///
    /// - Throws: `MessagingError` if the file cannot be written, `CommandFailure` if the broker refuses a subscription.
    private func record(
        _ connection: BrokerConnection, to file: RecordingFile, progress: ProgressReporter
    ) throws -> Summary {
        var summary = Summary(out: out)
        let deadline = seconds.map { Arrival.monotonicSeconds() + $0 }
        var first: Double?
        while let message = try connection.next(until: deadline) {
            guard retained || !message.retained else {
                summary.retained += 1
                continue
            }
            let arrival = (message.arrival ?? .now()).monotonic
            let at = max(arrival - (first ?? arrival), 0)
            first = first ?? arrival
            try file.append(RecordedMessage(topic: message.topic, at: at, payload: message.payload).line())
            summary.messages += 1
            summary.seconds = at
            if summary.topics.count < Self.maximumTopics || summary.topics[message.topic] != nil {
                summary.topics[message.topic, default: 0] += 1
            }
            progress.report(
                "record: \(summary.messages) messages of \(summary.topics.count) topics, "
                    + "\(Int(at)) s, \(file.bytes / 1000) kB")
        }
        summary.bytes = file.bytes
        summary.dropped = connection.dropped
        return summary
    }

    /// How a recording went.
    private struct Summary: Encodable {
        var messages = 0
        /// From the first message to the last.
        var seconds = 0.0
        var bytes = 0
        /// Messages that came faster than they could be written.
        var dropped = 0
        /// Retained messages from before the recording, left out.
        var retained = 0
        /// Messages by topic.
        var topics: [String: Int] = [:]
        let out: String
    }
}

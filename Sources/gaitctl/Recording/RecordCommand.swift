import ArgumentParser
import Foundation
import Messaging

/// `gaitctl record`: what robots publish, into a file.
struct RecordCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Record the robots' skeletons as JSON lines.",
        discussion: """
            Each line is {"topic": …, "at": seconds since the first line, "payload": {…}}; a payload that is no JSON \
            object is kept as "base64". Payloads are written as they came, number for number. Without --robot and \
            --topic every robot's skeletons are recorded.

            Ctrl-C or SIGTERM ends the recording with a whole last line and a summary. Skeletons show how people \
            move: ask those who are recorded.

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

    @Flag(help: "Record the emotions that gaitd publishes, too.")
    var emotions = false

    @Flag(help: "Record retained messages, too, which were published before.")
    var retained = false

    @Option(help: "How long to record; until Ctrl-C without it.")
    var seconds: Double?

    @Flag(help: "Replace the file if it is there.")
    var force = false

    @OptionGroup var output: OutputOptions

    func validate() throws {
        for robot in robot { try TopicOptions.check("--robot", robot) }
        guard !out.isEmpty else { throw ValidationError("--out is empty.") }
        if let seconds, !(0.1...1e7).contains(seconds) {
            throw ValidationError("--seconds is 0.1 to 10000000, not \(seconds).")
        }
        guard out != "-" || !output.json else {
            throw ValidationError("--json and --out - would both write to standard output.")
        }
    }

    func run() throws {
        let topics = try prefixes.topics()
        // Before anybody waits for a broker, and without touching the file.
        if !force, out != "-", FileManager.default.fileExists(atPath: out) {
            throw CommandFailure.failure(
                "\(out) is there already; name another file, or replace it with --force")
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
                "record: \(summary.dropped) messages came too fast or were too large, and are missing")
        }
        guard summary.messages > 0 else {
            throw CommandFailure.failure(
                "no message arrived on \(filters(topics).joined(separator: ", ")); nothing was recorded")
        }
        if out == "-" { return progress.note(summary.text) }
        try output.emit(summary) { summary.text }
    }

    private func filters(_ topics: Topics) -> [String] {
        var filters = topic
        for robot in robot.isEmpty && topic.isEmpty ? ["+"] : robot {
            filters += topics.skeletonFilters(robot: robot)
        }
        if emotions {
            for robot in robot.isEmpty ? ["+"] : robot { filters.append(topics.emotionFilter(robot: robot)) }
        }
        return filters
    }
}

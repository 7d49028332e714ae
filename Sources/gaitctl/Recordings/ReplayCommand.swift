import ArgumentParser
import Datasets
import Foundation
import Gait
import Messaging

/// `gaitctl replay`: a recording, or a data set's gaits, as if robots saw them now.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Publish a recording, or the gaits of a data set, as skeletons.",
        discussion: """
            Publishes a recording of gaitctl record at its own pace, or --rate times as fast; --rate max is as fast as the \
            broker takes it, which may drop messages for slower subscribers. Without --all only skeletons are published. \
            Stamps stay as recorded, or move to now with --restamp; with --loop they go on from pass to pass. Damaged \
            lines are skipped, and named at the end.

            With --dataset people walk with a data set's gaits, one after another or --concurrent at once; each has the \
            gait's key as id.

            Examples:
              gaitctl replay walk.jsonl
              gaitctl replay walk.jsonl --rate 4 --robot r9 --restamp --loop
              gaitctl replay --dataset emotion4 --concurrent 4 --layout blazepose33
            """)

    /// Messages that may wait for the network if the broker sets the pace.
    private static let maximumWaiting = 256

    @OptionGroup var broker: BrokerOptions
    @OptionGroup var prefixes: TopicOptions

    @Argument(help: ArgumentHelp("The recording; - is standard input.", valueName: "file"))
    var recording: String?

    @Option(help: ArgumentHelp("A data set's folder.", valueName: "folder"))
    var dataset: String?

    @Option(help: ArgumentHelp("How many times as fast as recorded, or max.", valueName: "factor"))
    var rate: String = "1"

    @Flag(help: "Start over at the end, until Ctrl-C.")
    var loop = false

    @Flag(help: "Shift the skeletons' stamps so that they start now.")
    var restamp = false

    @Flag(help: "Also publish the messages on other topics, such as recorded emotions.")
    var all = false

    @Option(
        help: ArgumentHelp(
            "Publish under this topic prefix instead of the recorded one.", valueName: "prefix"))
    var topicPrefix: String?

    @Option(
        help: ArgumentHelp(
            "Publish as this robot; by default as recorded, and r1 for a data set.", valueName: "name"))
    var robot: String?

    @Option(
        help: ArgumentHelp("A gait of the data set; may be repeated. Default: all.", valueName: "key"))
    var gait: [String] = []

    @Option(help: "The data set's frames per second.")
    var fps = 30.0

    @Option(help: "The order of the joints that a data set is published in.")
    var layout = SkeletonLayout.step16

    @Option(help: ArgumentHelp("How many of a data set's gaits walk at once.", valueName: "number"))
    var concurrent = 1

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (recording == nil) != (dataset == nil) else {
            throw ValidationError("Give either a recording or --dataset.")
        }
        _ = try factor()
        if let robot { try TopicOptions.check("--robot", robot) }
        if let topicPrefix, !Topics.isValidPrefix(topicPrefix) {
            throw ValidationError("--topic-prefix \"\(topicPrefix)\" cannot begin a topic.")
        }
        guard recording != "-" || !loop else {
            throw ValidationError("Standard input cannot start over; --loop needs a file.")
        }
        try checkRange("--fps", fps, 1...240)
        try checkRange("--concurrent", concurrent, 1...SkeletonMessage.maximumBodies)
        if dataset == nil, !gait.isEmpty || concurrent != 1 || fps != 30 || layout != .step16 {
            throw ValidationError("--gait, --concurrent, --fps and --layout need --dataset.")
        }
        if dataset != nil, restamp || all || rate != "1" {
            throw ValidationError("--restamp, --all and --rate need a recording; a data set has --fps.")
        }
    }

    func run() throws {
        // Before the wait for a broker.
        if let recording, recording != "-" { _ = try RecordingReader(recording) }
        let data = try dataset.map { try DatasetReader.dataset(in: $0) }
        let gaits = try data?.gaits(of: gait) ?? []
        let client = try BrokerConnection(broker.configuration(purpose: "replay")).client
        let progress = ProgressReporter()
        defer { progress.finish() }
        if let data {
            let summary = try replay(gaits, labels: data.labelNames, to: client, progress: progress)
            progress.finish()
            return try output.emit(summary)
        }
        let summary = try replay(recording ?? "-", to: client, progress: progress)
        progress.finish()
        if !summary.damaged.isEmpty { progress.note("replay: damaged lines: \(summary.damaged.text)") }
        try output.emit(summary)
    }

    /// Publishes a recording until its end, or Ctrl-C.
    private func replay(
        _ recording: String, to client: MQTTClient, progress: ProgressReporter
    ) throws -> RecordingReplay.Summary {
        let rate = try factor()
        var pace = rate.map { ReplayPace(rate: $0, start: Arrival.monotonicSeconds()) }
        // Without a rate the broker's acknowledgments set the pace.
        var replay = RecordingReplay(
            recording, qualityOfService: rate == nil ? .atLeastOnce : .atMostOnce, loops: loop,
            restamps: restamp,
            renaming: TopicRenaming(
                recorded: try prefixes.topics(), prefix: topicPrefix, robot: robot, takesAll: all))
        return try replay.run(to: client) { time, summary in
            let done = "replay: \(summary.messages) messages, \(Int(summary.seconds)) s"
            progress.report(done)
            guard let due = pace?.due(time) else { return waitForRoom(client) }
            let isDue = Interruption.sleep(until: due) { left in
                progress.report("\(done); next in \(Int(left.rounded(.up))) s")
            }
            pace?.catchUp(at: time, now: Arrival.monotonicSeconds())
            return isDue
        }
    }

    /// Waits until the broker has taken most messages; false at Ctrl-C.
    private func waitForRoom(_ client: MQTTClient) -> Bool {
        while !Interruption.isRequested {
            if client.waitUntilQueued(atMost: Self.maximumWaiting, seconds: 0.1) { return true }
        }
        return false
    }

    /// The rate; nil for max.
    private func factor() throws -> Double? {
        if rate == "max" { return nil }
        guard let factor = Double(rate), (0.01...1000).contains(factor) else {
            throw ValidationError("--rate is 0.01 to 1000, or max, not \"\(rate)\".")
        }
        return factor
    }
}

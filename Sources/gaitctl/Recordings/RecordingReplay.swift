import Foundation
import Messaging

/// Publishes a recording, read line by line.
struct RecordingReplay {
    struct Options {
        /// How many times as fast as recorded; nil: as fast as the broker takes it.
        var rate: Double? = 1
        /// Whether it starts over at its end, until Ctrl-C.
        var loops = false
        /// Whether stamps move so that each source's first one is now.
        var restamps = false
    }

    /// How a replay went.
    struct Summary: Encodable {
        fileprivate(set) var messages = 0
        /// Seconds of the recording, over all passes.
        fileprivate(set) var seconds = 0.0
        /// Complete passes.
        fileprivate(set) var passes = 0
        /// Messages on topics that are left out, in the first pass.
        fileprivate(set) var otherTopics = 0
        /// Lines without a message, in the first pass.
        fileprivate(set) var damaged = LineDamage()
        /// Messages that did not reach the broker.
        fileprivate(set) var lost = 0

        enum CodingKeys: String, CodingKey {
            case messages, seconds, passes
            case otherTopics = "other_topics"
            case lost, damaged
        }
    }

    /// Messages that may wait for the network if the broker sets the pace.
    private static let maximumWaiting = 256

    let path: String
    let options: Options
    private let client: MQTTClient
    private let progress: ProgressReporter
    private var renaming: TopicRenaming
    private var clock: ReplayClock
    private var pace: ReplayPace
    private var summary = Summary()

    init(
        _ path: String, options: Options, renaming: TopicRenaming, client: MQTTClient,
        progress: ProgressReporter
    ) {
        self.path = path
        self.options = options
        self.renaming = renaming
        self.client = client
        self.progress = progress
        pace = ReplayPace(rate: options.rate, now: 0)
        clock = ReplayClock(restamps: options.restamps)
    }

    /// Publishes until the end, or Ctrl-C.
    ///
    /// - Throws: `CommandFailure.failure` if the file cannot be read, or has nothing to publish.
    mutating func run() throws -> Summary {
        pace = ReplayPace(rate: options.rate, now: Arrival.monotonicSeconds())
        var begun = 0.0
        repeat {
            guard let span = try pass(after: begun) else { break }
            begun += span
            summary.passes += 1
            clock.pass += 1
        } while options.loops
        client.stop(deadline: 10)
        summary.lost = client.statistics.dropped
        return summary
    }

    /// Publishes the recording once.
    ///
    /// - Parameter begun: the recording's seconds in the passes before.
    /// - Returns: its length, with the time to the next pass; nil at Ctrl-C.
    private mutating func pass(after begun: Double) throws -> Double? {
        var reader = try RecordingReader(path)
        var timing = PassTiming()
        while let message = try next(&reader) {
            guard let topic = try renaming.topic(for: message.topic) else {
                if summary.passes == 0 { summary.otherTopics += 1 }
                continue
            }
            let time = begun + timing.time(of: message)
            let (count, progress) = (summary.messages, progress)
            let isDue = pace.sleep(until: time) { left in
                progress.report(
                    "replay: \(count) messages, \(Int(time)) s; next in \(Int(left.rounded(.up))) s")
            }
            guard isDue, waitForRoom() else { return nil }
            try publish(message, on: topic)
            summary.messages += 1
            summary.seconds = time
            progress.report("replay: \(summary.messages) messages, \(Int(time)) s")
        }
        if summary.passes == 0 { summary.damaged = reader.damage }
        if Interruption.isRequested { return nil }
        guard summary.messages > 0 else { throw nothingFound() }
        return timing.length
    }

    /// The next message; nil at the end and at Ctrl-C.
    private func next(_ reader: inout RecordingReader) throws -> RecordedMessage? {
        do { return try reader.next() } catch CommandFailure.interrupted { return nil }
    }

    private mutating func publish(_ message: RecordedMessage, on topic: String) throws {
        var payload = message.payload
        if options.restamps || options.loops, renaming.recorded.parseSkeletons(message.topic) != nil {
            clock.move(&payload, on: message.topic, now: Arrival.wallClockSeconds())
        }
        try client.publish(
            MQTTMessage(
                topic: topic, payload: payload,
                // The broker's acknowledgments set the pace if nothing else does.
                qualityOfService: options.rate == nil ? .atLeastOnce : .atMostOnce))
    }

    /// If the broker sets the pace, waits until it has taken most messages; false at Ctrl-C.
    private func waitForRoom() -> Bool {
        guard options.rate == nil else { return true }
        while client.statistics.queued > RecordingReplay.maximumWaiting {
            guard Interruption.sleep(until: Arrival.monotonicSeconds() + 0.001) else { return false }
        }
        return true
    }

    private func nothingFound() -> CommandFailure {
        var reasons: [String] = []
        if summary.otherTopics > 0 {
            reasons.append(
                "\(summary.otherTopics) messages are on other topics than \(renaming.recorded.robots)/…/skeletons "
                    + "(see --all and --robots-prefix)")
        }
        if !summary.damaged.isEmpty { reasons.append("damaged lines: \(summary.damaged.text)") }
        let why = reasons.isEmpty ? "it is empty" : reasons.joined(separator: "; ")
        return .failure("\(path) has no message to publish: \(why)")
    }
}

/// The time within one pass of a recording.
private struct PassTiming {
    private var first: RecordedMessage?
    private var last = 0.0
    /// Of the first message's topic: how many messages, and when the last one was.
    private var frames = 0
    private var lastFrame = 0.0

    /// Seconds since the first message.
    mutating func time(of message: RecordedMessage) -> Double {
        let start = first ?? message
        first = start
        let time = max(message.at - start.at, 0)
        last = max(last, time)
        if message.topic == start.topic {
            frames += 1
            lastFrame = time
        }
        return time
    }

    /// From the first message to its next pass: a frame after the last.
    var length: Double {
        last + (frames > 1 ? lastFrame / Double(frames - 1) : 0.1)
    }
}

/// The topics that the messages of a recording are published on.
struct TopicRenaming {
    /// The recorded topics.
    let recorded: Topics
    /// The new beginning of the robots' topics; nil: as recorded.
    var prefix: String?
    /// The robot's new name; nil: as recorded.
    var robot: String?
    /// Whether messages on topics other than skeletons' are published too.
    var takesAll = false

    /// The robot whose topics have been renamed.
    private var renamed: String?

    init(recorded: Topics, prefix: String? = nil, robot: String? = nil, takesAll: Bool = false) {
        self.recorded = recorded
        self.prefix = prefix
        self.robot = robot
        self.takesAll = takesAll
    }

    /// The topic to publish on; nil for a topic that is left out.
    ///
    /// - Throws: `CommandFailure.failure` if two robots would get the same name.
    mutating func topic(for topic: String) throws(CommandFailure) -> String? {
        guard takesAll || recorded.parseSkeletons(topic) != nil else { return nil }
        let levels =
            topic.utf8.starts(with: "\(recorded.robots)/".utf8)
            ? topic.dropFirst(recorded.robots.count + 1).split(
                separator: "/", omittingEmptySubsequences: false)
            : []
        // Topics such as the nodes' have no robot in them.
        guard let name = levels.first, prefix != nil || robot != nil else { return topic }
        if let robot {
            if let renamed, renamed != name {
                throw .failure(
                    "the recording has the robots \(renamed) and \(name); as \"\(robot)\" they would be mixed"
                )
            }
            renamed = String(name)
        }
        let rest = [robot ?? String(name)] + levels.dropFirst().map(String.init)
        return "\(prefix ?? recorded.robots)/\(rest.joined(separator: "/"))"
    }
}

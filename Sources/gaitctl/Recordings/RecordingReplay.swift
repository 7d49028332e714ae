import Foundation
import Messaging

/// Publishes a recording, read line by line.
struct RecordingReplay {
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
    let client: MQTTClient
    let progress: ProgressReporter
    /// How many times as fast as recorded; nil: as fast as the broker takes it.
    let rate: Double?
    /// Whether it starts over at its end, until Ctrl-C.
    let loops: Bool
    /// Whether stamps move so that each source's first one is now.
    let restamps: Bool
    var renaming: TopicRenaming
    private var summary = Summary()

    init(
        _ path: String, to client: MQTTClient, rate: Double? = 1, loops: Bool = false, restamps: Bool = false,
        renaming: TopicRenaming, progress: ProgressReporter
    ) {
        (self.path, self.client, self.progress) = (path, client, progress)
        (self.rate, self.loops, self.restamps, self.renaming) = (rate, loops, restamps, renaming)
    }

    /// Publishes until the end, or Ctrl-C.
    ///
    /// - Throws: `CommandFailure.failure` if the file cannot be read, or has nothing to publish.
    mutating func run() throws -> Summary {
        var pace = ReplayPace(rate: rate, now: Arrival.monotonicSeconds())
        var clock = ReplayClock(restamps: restamps)
        var begun = 0.0
        repeat {
            guard let span = try pass(after: begun, &pace, &clock) else { break }
            begun += span
            summary.passes += 1
            clock.pass += 1
        } while loops
        client.stop(deadline: 10)
        summary.lost = client.statistics.dropped
        return summary
    }

    /// Publishes the recording once.
    ///
    /// - Parameter begun: the recording's seconds in the passes before.
    /// - Returns: its length, with the time to the next pass; nil at Ctrl-C.
    private mutating func pass(
        after begun: Double, _ pace: inout ReplayPace, _ clock: inout ReplayClock
    ) throws -> Double? {
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
            var payload = message.payload
            if restamps || loops, renaming.recorded.parseSkeletons(message.topic) != nil {
                clock.move(&payload, on: message.topic, now: Arrival.wallClockSeconds())
            }
            // The broker's acknowledgments set the pace if nothing else does.
            try client.publish(
                MQTTMessage(
                    topic: topic, payload: payload, qualityOfService: rate == nil ? .atLeastOnce : .atMostOnce
                ))
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

    /// If the broker sets the pace, waits until it has taken most messages; false at Ctrl-C.
    private func waitForRoom() -> Bool {
        guard rate == nil else { return true }
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

/// Publishes a recording, read line by line.
package struct RecordingReplay {
    /// How a replay went.
    package struct Summary: Encodable {
        package fileprivate(set) var messages = 0
        /// Seconds of the recording, over all passes.
        package fileprivate(set) var seconds = 0.0
        /// Complete passes.
        package fileprivate(set) var passes = 0
        /// Messages on topics that are left out, in the first pass.
        package fileprivate(set) var otherTopics = 0
        /// Lines without a message, in the first pass.
        package fileprivate(set) var damaged: [String: RecordingReader.Damage] = [:]
        /// Messages that did not reach the broker.
        package fileprivate(set) var lost = 0

        enum CodingKeys: String, CodingKey {
            case messages, seconds, passes
            case otherTopics = "other_topics"
            case lost, damaged
        }
    }

    private let path: String
    private let qualityOfService: MQTTMessage.QualityOfService
    private let loops: Bool
    private let restamps: Bool
    private var renaming: TopicRenaming
    private var clock: ReplayClock
    package private(set) var summary = Summary()

    /// - Parameters:
    ///   - path: the recording; `-` is standard input.
    ///   - loops: whether it starts over at its end.
    ///   - restamps: whether stamps move so that each source's first one is now.
    package init(
        _ path: String, qualityOfService: MQTTMessage.QualityOfService, loops: Bool, restamps: Bool,
        renaming: TopicRenaming
    ) {
        self.path = path
        self.qualityOfService = qualityOfService
        self.loops = loops
        self.restamps = restamps
        self.renaming = renaming
        clock = ReplayClock(restamps: restamps)
    }

    /// Publishes until the end, then stops the client.
    ///
    /// - Parameter wait: waits until a message is due, at a time in seconds since the first one; false ends the
    ///   replay. It gets the summary so far.
    /// - Throws: `MessagingError.recording` if the file cannot be read, or has nothing to publish.
    package mutating func run(
        to client: MQTTClient, wait: (_ time: Double, _ summary: Summary) -> Bool
    ) throws(MessagingError) -> Summary {
        var begun = 0.0
        repeat {
            guard let span = try pass(after: begun, to: client, wait: wait) else { break }
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
    /// - Returns: its length, with the time to the next pass; nil if `wait` ended it.
    private mutating func pass(
        after begun: Double, to client: MQTTClient, wait: (Double, Summary) -> Bool
    ) throws(MessagingError) -> Double? {
        let reader = try RecordingReader(path)
        var timing = PassTiming()
        while let message = try reader.next() {
            guard let topic = try renaming.topic(for: message.topic) else {
                if summary.passes == 0 { summary.otherTopics += 1 }
                continue
            }
            let time = begun + timing.time(of: message)
            guard wait(time, summary) else { return nil }
            var payload = message.payload
            if restamps || loops, renaming.recorded.parseSkeletons(message.topic) != nil {
                clock.move(&payload, on: message.topic, now: Arrival.wallClockSeconds())
            }
            try client.publish(
                MQTTMessage(topic: topic, payload: payload, qualityOfService: qualityOfService))
            summary.messages += 1
            summary.seconds = time
        }
        if summary.passes == 0 { summary.damaged = reader.damage }
        guard wait(summary.seconds, summary) else { return nil }
        guard summary.messages > 0 else { throw nothingFound() }
        return timing.length
    }

    private func nothingFound() -> MessagingError {
        var reasons: [String] = []
        if summary.otherTopics > 0 {
            reasons.append(
                "\(summary.otherTopics) messages are on other topics than \(renaming.recorded.robots)/…/skeletons "
                    + "(see --all and --robots-prefix)")
        }
        if !summary.damaged.isEmpty { reasons.append("damaged lines: \(summary.damaged.text)") }
        let why = reasons.isEmpty ? "it is empty" : reasons.joined(separator: "; ")
        return .recording("\(path) has no message to publish: \(why)")
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
package struct TopicRenaming {
    /// The recorded topics.
    let recorded: Topics
    /// The new beginning of the robots' topics; nil: as recorded.
    private let prefix: String?
    /// The robot's new name; nil: as recorded.
    private let robot: String?
    /// Whether messages on topics other than skeletons' are published too.
    private let takesAll: Bool
    /// The robot whose topics have been renamed.
    private var renamed: String?

    package init(recorded: Topics, prefix: String? = nil, robot: String? = nil, takesAll: Bool = false) {
        self.recorded = recorded
        self.prefix = prefix
        self.robot = robot
        self.takesAll = takesAll
    }

    /// The topic to publish on; nil for a topic that is left out.
    ///
    /// - Throws: `MessagingError.recording` if two robots would get the same name.
    package mutating func topic(for topic: String) throws(MessagingError) -> String? {
        guard takesAll || recorded.parseSkeletons(topic) != nil else { return nil }
        // Topics such as the nodes' have no robot in them.
        guard prefix != nil || robot != nil, topic.hasPrefix("\(recorded.robots)/") else { return topic }
        let rest = topic.dropFirst(recorded.robots.count + 1)
        let name = rest.prefix { $0 != "/" }
        if let robot {
            if let renamed, renamed != name {
                throw .recording(
                    "the recording has the robots \(renamed) and \(name); as \"\(robot)\" they would be mixed"
                )
            }
            renamed = String(name)
        }
        return "\(prefix ?? recorded.robots)/\(robot ?? String(name))\(rest.dropFirst(name.count))"
    }
}

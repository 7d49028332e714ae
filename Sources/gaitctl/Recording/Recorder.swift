import Foundation
import Messaging

/// Writes what arrives on a connection to a recording.
struct Recorder {
    /// How a recording went.
    struct Summary: Encodable {
        let out: String
        fileprivate(set) var messages = 0
        /// From the first message to the last.
        fileprivate(set) var seconds = 0.0
        fileprivate(set) var bytes = 0
        /// Messages that came faster than they could be written.
        fileprivate(set) var dropped = 0
        /// Retained messages of before the recording, left out.
        fileprivate(set) var retained = 0
        /// Messages by topic.
        fileprivate(set) var topics: [String: Int] = [:]

        var text: String {
            "messages=\(messages) topics=\(topics.count) seconds=\(String(format: "%.1f", seconds)) "
                + "bytes=\(bytes) dropped=\(dropped) retained=\(retained)"
        }
    }

    /// Topics that are counted one by one; a recording of more keeps its messages, but not their counts.
    private static let maximumTopics = 10_000

    let connection: BrokerConnection
    let file: RecordingFile
    /// Whether retained messages, which are of before, are recorded too.
    let takesRetained: Bool
    private var summary: Summary

    init(_ connection: BrokerConnection, to file: RecordingFile, named out: String, takesRetained: Bool) {
        self.connection = connection
        self.file = file
        self.takesRetained = takesRetained
        summary = Summary(out: out)
    }

    /// Records until `seconds` have passed (nil: for ever) or Ctrl-C.
    ///
    /// - Throws: `CommandFailure` where the file cannot be written or the broker refuses a subscription.
    mutating func run(seconds: Double?, progress: ProgressReporter) throws -> Summary {
        let start = Arrival.monotonicSeconds()
        var first: Double?
        while !Interruption.isRequested {
            // What arrives while the disk is slow is written together.
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

import Foundation
import Gait
import Messaging

/// The last line of a simulation that nobody watched.
struct PublicationSummary: Encodable {
    private let frames: Int
    private let messages: Int
    private let lost: Int
    private let skipped: Int
    private let seconds: Double

    init(_ outcome: Simulator.Outcome) {
        frames = outcome.frames
        messages = outcome.published
        lost = outcome.lost
        skipped = outcome.skipped
        seconds = outcome.seconds
    }

    var text: String {
        "frames=\(frames) messages=\(messages) lost=\(lost) skipped=\(skipped) seconds=\(String(format: "%.1f", seconds))"
    }
}

/// The last line of a simulation that was watched.
struct PerceptionSummary: Encodable {
    /// One person, as walked and as read.
    private struct Person: Encodable {
        let robot: String
        /// Nil of somebody before a camera of whom gaitd said nothing.
        let person: String?
        let walked: String
        let perceived: String?
    }

    private let messagesIn: Int
    private let messagesOut: Int
    /// Milliseconds; nil where gaitd measured nothing.
    private let p50: Double?
    private let p99: Double?
    private let readRight: Int
    private let people: [Person]

    init(_ record: PerceptionRecord) {
        messagesIn = record.acceptedFrames
        messagesOut = record.emotionMessages
        p50 = record.health?.latency["total"]?.p50
        p99 = record.health?.latency["total"]?.p99
        readRight = record.readRight
        people = record.people.map {
            Person(robot: $0.robot, person: $0.id, walked: $0.walksAs.rawValue, perceived: $0.perceived)
        }
    }

    enum CodingKeys: String, CodingKey {
        case people
        case messagesIn = "messages_in"
        case messagesOut = "messages_out"
        case p50 = "p50_ms"
        case p99 = "p99_ms"
        case readRight = "read_right"
    }

    var text: String {
        func milliseconds(_ value: Double?) -> String { value.map { String(format: "%.1f", $0) } ?? "-" }
        return "messages_in=\(messagesIn) messages_out=\(messagesOut) p50_ms=\(milliseconds(p50)) "
            + "p99_ms=\(milliseconds(p99)) read_right=\(readRight)/\(people.count)"
    }
}

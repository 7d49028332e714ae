import Foundation
import Gait
import Messaging

/// The result of a simulation that was watched.
struct PerceptionSummary: Encodable {
    /// One person, as walked and as perceived.
    private struct Person: Encodable {
        let robot: String
        /// Omitted for a person in front of a camera whom gaitd never reported.
        let person: String?
        let walked: String
        let perceived: String?
    }

    private let messagesIn: Int
    private let messagesOut: Int
    /// Milliseconds; left out if gaitd measured none.
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

    /// The line that `gaitctl simulate --help` and `launch/demo --help` promise.
    var text: String {
        "messages_in=\(messagesIn) messages_out=\(messagesOut) p50_ms=\(TextFormat.decimals(p50, 1)) "
            + "p99_ms=\(TextFormat.decimals(p99, 1)) read_right=\(readRight)/\(people.count)"
    }
}

/// The live table: one row per person, redrawn in place on a terminal, plain lines every few seconds elsewhere.
struct PerceptionTable {
    /// Seconds between two drawings.
    private let interval: Double
    private let isTerminal: Bool
    private let write: (String) -> Void
    private var lastDrawing = -Double.infinity
    private var rowsDrawn = 0

    init(isTerminal: Bool, write: @escaping (String) -> Void) {
        self.isTerminal = isTerminal
        self.write = write
        interval = isTerminal ? 0.2 : 5
    }

    /// A table on stdout, or on stderr if stdout is for JSON.
    init(onStandardError: Bool) {
        let handle: FileHandle = onStandardError ? .standardError : .standardOutput
        self.init(isTerminal: isatty(handle.fileDescriptor) == 1) { handle.write(Data($0.utf8)) }
    }

    /// Draws the table if it is due at a time in seconds; `force` draws it anyway.
    mutating func draw(_ people: [PerceptionRecord.Person], at time: Double, force: Bool = false) {
        guard force || time - lastDrawing >= interval else { return }
        lastDrawing = time
        let rows = [PerceptionTable.header] + people.map(PerceptionTable.row)
        if isTerminal {
            // Back up over the last drawing; each row erases the one that it replaces.
            let back = rowsDrawn > 0 ? "\u{1B}[\(rowsDrawn)A" : ""
            write(back + rows.map { "\r\u{1B}[K\($0)\n" }.joined())
            rowsDrawn = rows.count
        } else {
            write(rows.map { "\($0)\n" }.joined())
        }
    }

    private static let widths = [8, 8, 9, 20, 17, 10, 0]
    private static let header = TextFormat.line(
        ["robot", "person", "walks as", "perceived", "confidence", "latency", "model"], widths: widths)

    static func row(_ person: PerceptionRecord.Person) -> String {
        let who = [person.robot, person.id ?? "", person.walksAs.rawValue]
        guard let newest = person.newest else {
            return TextFormat.line(who + ["(waiting)"], widths: widths)
        }
        let cells = [
            newest.emotion ?? "(\(newest.state.rawValue))", TextFormat.confidence(newest.confidence),
            String(format: "%.1f ms", newest.latencyMilliseconds),
            "\(newest.model.name) v\(newest.model.version)",
        ]
        return TextFormat.line(who + cells, widths: widths)
    }
}

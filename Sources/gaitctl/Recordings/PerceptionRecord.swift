import Foundation
import Gait
import Messaging
import Simulation

/// What gaitd has published about the simulated people.
struct PerceptionRecord {
    /// One person, as simulated and as gaitd perceives them.
    struct Person {
        let robot: String
        /// The name that gaitd has for the person. It is nil for a person before a camera until gaitd names one.
        fileprivate(set) var id: String?
        let walksAs: Emotion
        /// Whether every person that the robot sees is this one: people before cameras have no id.
        fileprivate let isOnlyOne: Bool
        /// The newest message.
        fileprivate(set) var newest: EmotionMessage?
        /// Messages of the state ok by the emotion that they name.
        fileprivate(set) var votes: [String: Int] = [:]

        /// The emotion that most of the ok messages name; the newest decides between equals. Nil without such a message.
        var perceived: String? {
            let most = votes.values.max()
            let leaders = votes.filter { $0.value == most }.keys.sorted()
            if let newest = newest?.emotion, leaders.contains(newest) { return newest }
            return leaders.first
        }

        /// Whether gaitd perceives the emotion that the person walks with.
        var isReadRight: Bool { perceived == walksAs.rawValue }
    }

    private(set) var people: [Person]
    /// Emotion messages that arrived.
    private(set) var emotionMessages = 0
    /// The newest health message of the node that answers for these people, once one is known.
    var health: HealthMessage? { node.flatMap { healths[$0] } ?? healths.values.first }

    private let topics: Topics
    private let sources: Set<String>
    private var node: String?
    private var healths: [String: HealthMessage] = [:]
    /// Frames that a node had accepted before the simulation began.
    private var framesBefore: [String: Int] = [:]

    init(_ view: SimulatedView, topics: Topics) {
        self.topics = topics
        people = view.people.map {
            Person(robot: $0.robot, id: $0.id, walksAs: $0.emotion, isOnlyOne: $0.id == nil)
        }
        sources = Set(view.robots.map { "\($0)/\(view.source(of: $0).name)" })
    }

    /// Takes in a message. It ignores payloads that are not gaitd's and people who are not simulated here.
    mutating func take(_ message: MQTTMessage) {
        if let (robot, id) = topics.parseEmotion(message.topic) {
            // A retained emotion is of an earlier run.
            guard !message.retained, !message.payload.isEmpty,
                let index = people.firstIndex(where: {
                    $0.robot == robot && ($0.isOnlyOne || $0.id == id)
                }),
                let emotion = try? EmotionMessage(decoding: message.payload)
            else { return }
            emotionMessages += 1
            node = emotion.node
            people[index].newest = emotion
            people[index].id = id
            if emotion.state == .ok, let name = emotion.emotion { people[index].votes[name, default: 0] += 1 }
        } else if message.topic.hasSuffix("/health"),
            let health = try? HealthMessage(decoding: message.payload)
        {
            let name = String(message.topic.split(separator: "/").dropLast().last ?? "")
            if message.retained { framesBefore[name] = acceptedFrames(of: health) }
            if let last = healths[name], last.uptime > health.uptime { framesBefore[name] = 0 }
            healths[name] = health
        }
    }

    /// Messages of these robots, or frames, that gaitd says it accepted since the simulation began.
    var acceptedFrames: Int {
        guard let health else { return 0 }
        let name = node ?? healths.keys.first ?? ""
        return max(acceptedFrames(of: health) - (framesBefore[name] ?? 0), 0)
    }

    var readRight: Int { people.count { $0.isReadRight } }

    private func acceptedFrames(of health: HealthMessage) -> Int {
        health.sources.reduce(0) { sources.contains($1.key) ? $0 + $1.value.framesIn : $0 }
    }
}

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

import ArgumentParser
import Foundation
import Messaging

/// `gaitctl top`: a node at work.
struct TopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "Watch a gaitd node: its people, sources and health.",
        discussion: """
            Shows everybody whom the node reads, with the perceived emotion, confidence, valence, arousal and the age \
            of the message, and the node's sources and health. On a terminal the view is redrawn in place; q or \
            Ctrl-C ends it, Tab shows the next node. Elsewhere a snapshot is printed every --interval seconds.

            Examples:
              gaitctl top
              gaitctl top --node n1 --host robot.local
              gaitctl top --interval 10 --seconds 60 > top.txt
            """)

    /// Characters of a line where there is no terminal.
    private static let plainColumns = 130

    @OptionGroup var broker: BrokerOptions
    @OptionGroup var prefixes: TopicOptions

    @Option(help: ArgumentHelp("The node to watch; one that is online without it.", valueName: "name"))
    var node: String?

    @Option(help: "Seconds between two drawings; 0.5 on a terminal and 5 elsewhere without it.")
    var interval: Double?

    @Option(help: "How long to watch; until q or Ctrl-C without it.")
    var seconds: Double?

    func validate() throws {
        if let node { try TopicOptions.check("--node", node) }
        if let interval, !(0.1...3600).contains(interval) {
            throw ValidationError("--interval is 0.1 to 3600 seconds, not \(interval).")
        }
        if let seconds, !(0.1...1e7).contains(seconds) {
            throw ValidationError("--seconds is 0.1 to 10000000, not \(seconds).")
        }
    }

    func run() throws {
        let topics = try prefixes.topics()
        let connection = try BrokerConnection(
            broker.configuration(purpose: "top"),
            filters: NodeTable.filters(topics, node: nil) + [topics.emotionFilter()],
            qualityOfService: .atLeastOnce)
        defer { connection.stop() }
        let terminal = Terminal()
        defer { terminal?.restore() }
        connection.tellsTrouble = terminal == nil
        var view = TopView(topics: topics, selected: node)
        let interval = interval ?? (terminal == nil ? 5 : 0.5)
        let start = Arrival.monotonicSeconds()
        // What the broker retains comes first.
        var nextDrawing = start + 0.3
        while !Interruption.isRequested {
            let end = min(nextDrawing, Arrival.monotonicSeconds() + 0.05)
            if let message = try connection.next(until: end) { view.take(message) }
            while let key = terminal?.key() {
                if key == "q" || key == "Q" { return }
                if key == "\t" || key == "n" { view.selectNext() }
                nextDrawing = 0
            }
            let now = Arrival.now()
            if now.monotonic >= nextDrawing {
                draw(view.lines(at: now, trouble: connection.trouble), on: terminal)
                nextDrawing = now.monotonic + interval
            }
            if let seconds, now.monotonic >= start + seconds { return }
        }
    }

    private func draw(_ lines: (_ columns: Int, _ rows: Int) -> [Terminal.Line], on terminal: Terminal?) {
        guard let terminal else {
            let text = lines(TopCommand.plainColumns, .max / 2).map(\.text).joined(separator: "\n")
            FileHandle.standardOutput.write(Data((text + "\n\n").utf8))
            return
        }
        let (columns, rows) = terminal.size
        terminal.draw(lines(columns, rows))
    }
}

/// What has been heard, and which node is looked at.
struct TopView {
    private let topics: Topics
    private var table: NodeTable
    private var people: PerceivedPeople
    /// The node that was chosen; nil: whichever is online.
    private var selected: String?

    init(topics: Topics, selected: String?) {
        self.topics = topics
        self.selected = selected
        table = NodeTable(topics: topics)
        people = PerceivedPeople(topics: topics)
    }

    mutating func take(_ message: MQTTMessage) {
        if !table.take(message) { people.take(message) }
    }

    /// Looks at the next node.
    mutating func selectNext() {
        let names = table.nodes.map(\.name)
        guard !names.isEmpty else { return }
        let place = current.flatMap { names.firstIndex(of: $0.name) } ?? -1
        selected = names[(place + 1) % names.count]
    }

    /// The node that is looked at.
    private var current: NodeTable.Node? {
        if let selected { return table.byName[selected] }
        return table.nodes.first { $0.state == .online } ?? table.nodes.first
    }

    /// The lines of a screen of any size.
    func lines(at now: Arrival, trouble: String?) -> (_ columns: Int, _ rows: Int) -> [Terminal.Line] {
        guard let node = current else {
            let name = selected.map { " is called \($0)" } ?? ""
            let known = table.nodes.map(\.name).joined(separator: ", ")
            let others = known.isEmpty ? "" : " (there is \(known))"
            let text = "no node\(name) under \(topics.nodes)/ yet\(others); waiting, q: quit"
            let lines =
                [Terminal.Line(text)] + [trouble.map { Terminal.Line($0, .bad) }].compactMap(\.self)
            return { _, rows in Array(lines.prefix(rows)) }
        }
        var present = people
        present.forgetOld(at: now.monotonic)
        let screen = TopScreen(
            node: node, people: present.people(of: node.name), nodes: table.nodes.count, trouble: trouble,
            now: now)
        return screen.lines
    }
}

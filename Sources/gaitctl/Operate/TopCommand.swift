import ArgumentParser
import Foundation
import Gait
import Messaging

/// `gaitctl top`: a live view of a node.
struct TopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "Watch a gaitd node: its people, sources and health.",
        discussion: """
            Shows the people whose emotions the node perceives, with confidence, valence, arousal and the age of the \
            message, and the node's sources and health. On a terminal the view is redrawn in place; q or \
            Ctrl-C ends it, Tab shows the next node. Elsewhere a snapshot is printed every --interval seconds.

            Examples:
              gaitctl top
              gaitctl top --node n1 --host robot.local
              gaitctl top --interval 10 --seconds 60 > top.txt
            """)

    /// Characters per line without a terminal.
    private static let plainColumns = 130

    @OptionGroup var broker: BrokerOptions
    @OptionGroup var prefixes: TopicOptions

    @Option(help: ArgumentHelp("The node to watch. Default: any node that is online.", valueName: "name"))
    var node: String?

    @Option(help: "Seconds between two updates. Default: 0.5 on a terminal, 5 elsewhere.")
    var interval: Double?

    @Option(help: "How long to watch. Default: until q or Ctrl-C.")
    var seconds: Double?

    func validate() throws {
        if let node { try TopicOptions.check("--node", node) }
        if let interval { try checkRange("--interval", interval, 0.1...3600, "seconds") }
        if let seconds { try checkRange("--seconds", seconds, 0.1...1e7) }
    }

    func run() throws {
        let topics = try prefixes.topics()
        let connection = try BrokerConnection(
            broker.configuration(purpose: "top"),
            filters: NodeTable.filters(topics) + [topics.emotionFilter()],
            qualityOfService: .atLeastOnce, tellsTrouble: isatty(STDOUT_FILENO) == 0)
        defer { connection.stop() }
        let terminal = Terminal()
        defer { terminal?.restore() }
        var view = TopView(topics: topics, selected: node)
        let interval = interval ?? (terminal == nil ? 5 : 0.5)
        let start = Arrival.monotonicSeconds()
        // Retained messages come first.
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

/// The messages so far, and the node that is shown.
struct TopView {
    private let topics: Topics
    private var table: NodeTable
    private var people: PerceivedPeople
    /// The chosen node; nil: one that is online.
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

    /// Shows the next node.
    mutating func selectNext() {
        let names = table.nodes.map(\.name)
        guard !names.isEmpty else { return }
        let place = current.flatMap { names.firstIndex(of: $0.name) } ?? -1
        selected = names[(place + 1) % names.count]
    }

    /// The node that is shown.
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

/// What `gaitctl top` shows of one node, as lines.
struct TopScreen {
    let node: NodeTable.Node
    let people: [PerceivedPeople.Person]
    /// How many nodes there are at the broker.
    let nodes: Int
    /// The problem with our own connection; nil if there is none.
    let trouble: String?
    let now: Arrival

    /// The columns of people, and whether a narrow terminal has them too.
    private static let peopleColumns: [(name: String, width: Int, isNarrow: Bool)] = [
        ("robot", 10, true), ("person", 16, true), ("perceived", 20, true), ("confidence", 17, true),
        ("valence", 9, false), ("arousal", 9, false), ("coverage", 10, false), ("age", 8, true),
        ("latency", 0, true),
    ]
    /// Characters from which all of them fit.
    private static let wide = 108

    /// At most `rows` lines. People and sources that do not fit are counted.
    func lines(columns: Int, rows: Int) -> [Terminal.Line] {
        let rowsOfPeople = peopleLines(isNarrow: columns < TopScreen.wide)
        var head = [title(columns: columns)]
        if let trouble { head.append(.init(trouble + "; trying again", .bad)) }
        if let problem = NodeReport(node, now: now).problem {
            head.append(.init("\(node.name) \(problem)", .bad))
        }
        guard let health = node.health else {
            return Array((head + section(rowsOfPeople, rows: rows - head.count - 1)).prefix(rows))
        }
        let age = node.healthAge(now).map { "; as of \(TextFormat.duration(max($0, 0))) ago" } ?? ""
        head.append(.init("\(HealthText.process(health)); \(HealthText.people(health.people))\(age)"))
        head.append(.init(HealthText.connection(health.mqtt), health.mqtt.connected ? .plain : .bad))
        head.append(.init(HealthText.emotions(health)))
        head.append(.init(latencies(health)))
        let sources = heading(HealthText.sources(health))
        // Two empty lines between three sections; people come first.
        let space = max(rows - head.count - 2, 2)
        let forSources = min(sources.count, max(space / 3, space - rowsOfPeople.count))
        let lines =
            head + section(rowsOfPeople, rows: space - forSources) + section(sources, rows: forSources)
        return Array(lines.prefix(rows))
    }

    private func title(columns: Int) -> Terminal.Line {
        var parts = [node.name, node.state?.rawValue ?? "(waiting)"]
        if let info = node.info { parts += ["gaitd \(info.version)"] + [info.modelName].compactMap(\.self) }
        if let health = node.health { parts.append("up \(TextFormat.duration(health.uptime))") }
        let right = nodes > 1 ? "Tab: next of \(nodes) nodes  q: quit " : "q: quit "
        let left = String((" " + parts.joined(separator: "  ")).prefix(max(columns - right.count - 2, 16)))
        let gap = max(columns - left.count - right.count, 2)
        return .init(left + String(repeating: " ", count: gap) + right, .title)
    }

    private func latencies(_ health: HealthMessage) -> String {
        let stages = health.latency.sorted { $0.key < $1.key }.map { stage, latency in
            let numbers = [latency.p50, latency.p95, latency.p99].map { TextFormat.decimals($0, 1) }
            return "\(stage) \(numbers.joined(separator: "/"))"
        }
        return "latency p50/p95/p99 in ms: " + stages.joined(separator: "  ")
    }

    private func peopleLines(isNarrow: Bool) -> [Terminal.Line] {
        let header = Terminal.Line(row(TopScreen.peopleColumns.map(\.name), isNarrow: isNarrow), .heading)
        guard !people.isEmpty else { return [header, .init("no people at the moment", .faint)] }
        return [header]
            + people.map {
                .init(row(cells($0), isNarrow: isNarrow), $0.message.state == .ok ? .plain : .faint)
            }
    }

    /// One line of the columns that fit.
    private func row(_ cells: [String], isNarrow: Bool) -> String {
        let columns = zip(cells, TopScreen.peopleColumns).filter { !isNarrow || $1.isNarrow }
        return TextFormat.line(columns.map { $0.0 }, widths: columns.map { $1.width })
    }

    private func cells(_ person: PerceivedPeople.Person) -> [String] {
        let message = person.message
        func signed(_ value: Float?) -> String { value.map { String(format: "%+.2f", $0) } ?? "" }
        return [
            person.robot, person.id, message.emotion ?? "(\(message.state.rawValue))",
            TextFormat.confidence(message.confidence),
            signed(message.valence), signed(message.arousal),
            message.window.map { "\(Int(($0.coverage * 100).rounded())) %" } ?? "",
            String(format: "%.1f s", max(now.monotonic - person.arrival, 0)),
            String(format: "%.1f ms", message.latencyMilliseconds),
        ]
    }

    private func heading(_ lines: [String]) -> [Terminal.Line] {
        lines.enumerated().map { .init($1, $0 == 0 && lines.count > 1 ? .heading : .plain) }
    }

    /// An empty line and at most so many of the lines; the last one counts the lines that are left out.
    private func section(_ lines: [Terminal.Line], rows: Int) -> [Terminal.Line] {
        guard rows > 0 else { return [] }
        if lines.count <= rows { return [.init("")] + lines }
        let shown = Array(lines.prefix(rows - 1))
        return [.init("")] + shown + [.init("… \(lines.count - shown.count) more", .faint)]
    }
}

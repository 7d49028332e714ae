import Foundation
import Messaging

/// What `gaitctl top` shows of one node, as lines.
struct TopScreen {
    let node: NodeTable.Node
    let people: [PerceivedPeople.Person]
    /// How many nodes there are at the broker.
    let nodes: Int
    /// What is wrong with our own connection.
    let trouble: String?
    let now: Arrival

    /// The columns of people, and whether a narrow terminal has them, too.
    private static let peopleColumns: [(name: String, width: Int, isNarrow: Bool)] = [
        ("robot", 10, true), ("person", 16, true), ("perceived", 20, true), ("confidence", 17, true),
        ("valence", 9, false), ("arousal", 9, false), ("coverage", 10, false), ("age", 8, true),
        ("latency", 0, true),
    ]
    /// Characters from which there is room for all of them.
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
        let age = node.healthAge(now).map { "; as of \(TextColumns.duration(max($0, 0))) ago" } ?? ""
        head.append(.init("\(HealthText.process(health)); \(HealthText.people(health.people))\(age)"))
        head.append(.init(HealthText.connection(health.mqtt), health.mqtt.connected ? .plain : .bad))
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
        if let health = node.health { parts.append("up \(TextColumns.duration(health.uptime))") }
        let right = nodes > 1 ? "Tab: next of \(nodes) nodes  q: quit " : "q: quit "
        let left = String((" " + parts.joined(separator: "  ")).prefix(max(columns - right.count - 2, 16)))
        let gap = max(columns - left.count - right.count, 2)
        return .init(left + String(repeating: " ", count: gap) + right, .title)
    }

    private func latencies(_ health: HealthMessage) -> String {
        func number(_ value: Double?) -> String { value.map { String(format: "%.1f", $0) } ?? "-" }
        let stages = health.latency.sorted { $0.key < $1.key }.map { stage, latency in
            "\(stage) \(number(latency.p50))/\(number(latency.p95))/\(number(latency.p99))"
        }
        return "latency p50/p95/p99 in ms: " + stages.joined(separator: "  ")
    }

    private func peopleLines(isNarrow: Bool) -> [Terminal.Line] {
        let header = Terminal.Line(row(TopScreen.peopleColumns.map(\.name), isNarrow: isNarrow), .heading)
        guard !people.isEmpty else { return [header, .init("nobody is read at the moment", .faint)] }
        return [header]
            + people.map {
                .init(row(cells($0), isNarrow: isNarrow), $0.message.state == .ok ? .plain : .faint)
            }
    }

    /// One line of the columns that there is room for.
    private func row(_ cells: [String], isNarrow: Bool) -> String {
        let columns = zip(cells, TopScreen.peopleColumns).filter { !isNarrow || $1.isNarrow }
        return TextColumns(widths: columns.map { $1.width }).line(columns.map { $0.0 })
    }

    private func cells(_ person: PerceivedPeople.Person) -> [String] {
        let message = person.message
        func signed(_ value: Float?) -> String { value.map { String(format: "%+.2f", $0) } ?? "" }
        return [
            person.robot, person.id, message.emotion ?? "(\(message.state.rawValue))",
            message.confidence.map { "\(PerceptionTable.bar($0)) \(Int(($0 * 100).rounded())) %" } ?? "",
            signed(message.valence), signed(message.arousal),
            message.window.map { "\(Int(($0.coverage * 100).rounded())) %" } ?? "",
            String(format: "%.1f s", max(now.monotonic - person.arrival, 0)),
            String(format: "%.1f ms", message.latencyMilliseconds),
        ]
    }

    private func heading(_ lines: [String]) -> [Terminal.Line] {
        lines.enumerated().map { .init($1, $0 == 0 && lines.count > 1 ? .heading : .plain) }
    }

    /// An empty line and at most so many of the lines; the last one counts what is left out.
    private func section(_ lines: [Terminal.Line], rows: Int) -> [Terminal.Line] {
        guard rows > 0 else { return [] }
        if lines.count <= rows { return [.init("")] + lines }
        let shown = Array(lines.prefix(rows - 1))
        return [.init("")] + shown + [.init("… \(lines.count - shown.count) more", .faint)]
    }
}

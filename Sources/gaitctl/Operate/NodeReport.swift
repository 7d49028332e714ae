import Foundation
import Messaging

/// How one node is, by its own messages and the broker's.
struct NodeReport: Encodable {
    let node: String
    /// `online`, `stopped` or `offline`; left out if the node never published it.
    let state: String?
    let version: String?
    /// Name, version and the beginning of the checksum.
    let model: String?
    /// Seconds since the health message was written, by this computer's clock; left out without one.
    let healthAge: Double?
    let health: HealthMessage?
    /// What is wrong, as the end of a sentence; left out if all is well.
    let problem: String?

    init(_ node: NodeTable.Node, now: Arrival) {
        self.node = node.name
        state = node.state?.rawValue
        version = node.info?.version
        model = node.info?.modelName
        health = node.health
        healthAge = node.healthAge(now)
        problem = NodeReport.problem(node, now: now)
    }

    private static func problem(_ node: NodeTable.Node, now: Arrival) -> String? {
        switch node.state {
        case nil: return "has not reported that it is online; does another program use its topic?"
        case .stopped: return "has stopped on request"
        case .offline: return "is offline: it vanished without disconnecting"
        case .online: break
        }
        guard let age = node.healthAge(now) else {
            return "is online but sends no health message; it hangs, or has just started"
        }
        guard node.isHealthFresh(now) else {
            let time = TextFormat.duration(abs(age))
            let old = age < 0 ? "is \(time) in the future" : "is \(time) old"
            return
                "is online, but its health message \(old) and no newer one arrived; it hangs, or a clock is wrong"
        }
        guard node.health?.mqtt.connected != false else {
            return "reports that it is not connected to its broker"
        }
        return nil
    }

    /// Several lines.
    var text: String {
        var head = [node, state ?? "(no state)"]
        if let version { head.append("gaitd \(version)") }
        if let model { head.append("model \(model)") }
        if let health { head.append("up \(TextFormat.duration(health.uptime))") }
        var lines = [head.joined(separator: "  ")]
        if let health {
            let age = healthAge.map { ", said \(TextFormat.duration(max($0, 0))) ago" } ?? ""
            lines.append("  \(HealthText.process(health)); \(HealthText.people(health.people))\(age)")
            lines.append("  " + HealthText.connection(health.mqtt))
            lines.append("  " + HealthText.emotions(health))
            lines += HealthText.sources(health).map { "  " + $0 }
            lines += HealthText.latencies(health).map { "  " + $0 }
        }
        if let problem { lines.append("  WRONG: \(node) \(problem)") }
        return lines.joined(separator: "\n")
    }
}

/// Parts of a health message as lines.
enum HealthText {
    static func process(_ health: HealthMessage) -> String {
        let memory = String(format: "%.0f MB", Double(health.residentBytes) / 1e6)
        return "\(memory), \(String(format: "%.2f", health.cpu)) cores, \(health.threads) threads"
    }

    static func people(_ count: Int) -> String { count == 1 ? "1 person" : "\(count) people" }

    static func connection(_ mqtt: HealthMessage.MQTT) -> String {
        let dropped = mqtt.dropped.isEmpty ? "" : ", lost: \(TextFormat.counts(mqtt.dropped))"
        return "mqtt: \(mqtt.connected ? "connected" : "NOT CONNECTED"), \(mqtt.reconnects) reconnects, "
            + "\(mqtt.received) received, \(mqtt.published) published, \(mqtt.queued) queued\(dropped)"
    }

    static func emotions(_ health: HealthMessage) -> String { "emotions: \(health.inference.states)" }

    /// A row for each source, under a header.
    static func sources(_ health: HealthMessage) -> [String] {
        guard !health.sources.isEmpty else { return ["no source has sent skeletons yet"] }
        let rows = health.sources.sorted { $0.key < $1.key }.map { name, source in
            [
                name, String(format: "%.1f/s", source.rate),
                "\(source.framesIn)" + (source.repaired > 0 ? " (\(source.repaired) repaired)" : ""),
                source.age.map { String(format: "%.1f s", $0) } ?? "-",
                TextFormat.counts(source.dropped), TextFormat.counts(source.rejected),
            ]
        }
        // Wide enough that columns keep their positions between updates.
        func width(_ column: Int, atLeast least: Int) -> Int {
            max(least, (rows.map(\.[column].count).max() ?? 0) + 2)
        }
        let widths = [width(0, atLeast: 18), 9, width(2, atLeast: 10), 8, 24, 0]
        return ([["source", "rate", "frames", "age", "dropped", "rejected"]] + rows)
            .map { TextFormat.line($0, widths: widths) }
    }

    /// A row for each stage, under a header.
    static func latencies(_ health: HealthMessage) -> [String] {
        let rows = health.latency.sorted { $0.key < $1.key }.map { stage, latency in
            [stage] + [latency.p50, latency.p95, latency.p99].map { TextFormat.decimals($0, 2) }
        }
        return ([["latency in ms", "p50", "p95", "p99"]] + rows).map {
            TextFormat.line($0, widths: [18, 9, 9, 9])
        }
    }
}

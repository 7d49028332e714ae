import Foundation
import Messaging

/// How one node is, by its own words and the broker's.
struct NodeReport: Encodable {
    let node: String
    /// `online`, `stopped` or `offline`; null where the node has said nothing of it.
    let state: String?
    let version: String?
    /// Name, version and the beginning of the checksum.
    let model: String?
    /// Seconds since the health message was written, by this computer's clock; null without one.
    let healthAge: Double?
    let health: HealthMessage?
    /// What is wrong, as the end of a sentence; null where all is well.
    let problem: String?

    enum CodingKeys: String, CodingKey {
        case node, state, version, model, health, problem
        case healthAge = "health_age"
    }

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
        case nil: return "has not said that it is online; is it another program's topic?"
        case .stopped: return "has stopped, as it was told to"
        case .offline: return "is offline: the broker lost it without a goodbye"
        case .online: break
        }
        guard let age = node.healthAge(now) else {
            return "is online, but sends no health message; it hangs, or has just been started"
        }
        guard node.isHealthFresh(now) else {
            let time = TextColumns.duration(abs(age))
            let old = age < 0 ? "is \(time) in the future" : "is \(time) old"
            return "is online, but its health message \(old) and no other came; it hangs, or a clock is wrong"
        }
        guard node.health?.mqtt.connected != false else {
            return "says that it is not connected to its broker"
        }
        return nil
    }

    /// Several lines.
    var text: String {
        var head = [node, state ?? "(no state)"]
        if let version { head.append("gaitd \(version)") }
        if let model { head.append("model \(model)") }
        if let health { head.append("up \(TextColumns.duration(health.uptime))") }
        var lines = [head.joined(separator: "  ")]
        if let health {
            let age = healthAge.map { ", said \(TextColumns.duration(max($0, 0))) ago" } ?? ""
            lines.append("  \(HealthText.process(health)); \(HealthText.people(health.people))\(age)")
            lines.append("  " + HealthText.connection(health.mqtt))
            lines += HealthText.sources(health).map { "  " + $0 }
            lines += HealthText.latencies(health).map { "  " + $0 }
        }
        if let problem { lines.append("  WRONG: \(node) \(problem)") }
        return lines.joined(separator: "\n")
    }
}

extension NodeTable.Node {
    /// Seconds since the newest health message, by whichever clock is known; nil without one.
    func healthAge(_ now: Arrival) -> Double? {
        guard let health else { return nil }
        return healthArrival.map { max(now.monotonic - $0, 0) } ?? now.wallClock - health.stamp
    }

    /// Whether the newest health message is not older than they are apart.
    func isHealthFresh(_ now: Arrival) -> Bool {
        guard let age = healthAge(now) else { return false }
        // A retained one is judged by two computers' clocks.
        return age <= 1.5 * healthInterval + 5 && age >= -5
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
        let dropped = mqtt.dropped.isEmpty ? "" : ", lost: \(TextColumns.counts(mqtt.dropped))"
        return "mqtt: \(mqtt.connected ? "connected" : "NOT CONNECTED"), \(mqtt.reconnects) reconnects, "
            + "\(mqtt.received) received, \(mqtt.published) published, \(mqtt.queued) queued\(dropped)"
    }

    /// A row for each source, under a header.
    static func sources(_ health: HealthMessage) -> [String] {
        guard !health.sources.isEmpty else { return ["no source has sent skeletons yet"] }
        let names = health.sources.keys.sorted()
        let columns = TextColumns(widths: [max(18, (names.map(\.count).max() ?? 0) + 2), 9, 10, 8, 24, 0])
        let header = columns.line(["source", "rate", "frames", "age", "dropped", "rejected"])
        return [header]
            + names.compactMap { name in
                health.sources[name].map { source in
                    columns.line([
                        name, String(format: "%.1f/s", source.rate), "\(source.framesIn)",
                        source.age.map { String(format: "%.1f s", $0) } ?? "-",
                        TextColumns.counts(source.dropped), TextColumns.counts(source.rejected),
                    ])
                }
            }
    }

    /// A row for each stage, under a header.
    static func latencies(_ health: HealthMessage) -> [String] {
        let columns = TextColumns(widths: [18, 9, 9, 9])
        func milliseconds(_ value: Double?) -> String { value.map { String(format: "%.2f", $0) } ?? "-" }
        return [columns.line(["latency in ms", "p50", "p95", "p99"])]
            + health.latency.sorted { $0.key < $1.key }.map { stage, latency in
                columns.line([
                    stage, milliseconds(latency.p50), milliseconds(latency.p95), milliseconds(latency.p99),
                ])
            }
    }
}

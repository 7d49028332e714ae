import Foundation
import Gait
import Messaging

/// Everything that can be said of a source's stream.
struct StreamCheck: Encodable {
    let topic: String
    let messages: Int
    /// From the first message to the last.
    let seconds: Double
    /// Ids that were seen.
    let people: Int
    /// Whether nothing is wrong.
    let good: Bool
    /// The fields that together would correct everything.
    let fields: [String: Finding.Field]
    let findings: [Finding]
    private let declared: String

    enum CodingKeys: String, CodingKey {
        case topic, messages, seconds, people, good, fields, findings
    }

    init(_ record: StreamRecord, topic: String) {
        self.topic = topic
        messages = record.messages
        seconds = record.duration
        people = record.people.count
        findings = Self.findings(record)
        good = findings.allSatisfy { $0.verdict != .wrong }
        fields = findings.reduce(into: [:]) { $0.merge($1.fields) { first, _ in first } }
        declared =
            "layout \(record.layout.rawValue), units \(record.units.rawValue), up \(record.up.rawValue), "
            + "origin \(record.origin.rawValue)"
    }

    private static func findings(_ record: StreamRecord) -> [Finding] {
        let pace = RateCheck.findings(record) + ClockCheck(record).findings
        guard !record.rawBodies.isEmpty || !record.sightings.isEmpty else {
            return MessageCheck.findings(record) + pace + [
                .wrong(
                    "bodies", "no person was in view, or no message could be read",
                    advice: "walk in front of the robot while this command listens")
            ]
        }
        let (poses, scale) = poses(record)
        let check = BodyCheck(
            poses, scale: scale, units: record.units, up: record.up, orientation: record.orientation,
            showsTravel: record.origin == .world)
        let layout = LayoutCheck(record).findings
        // A millimeter taken for a meter puts people kilometers away.
        let explained: Set<String> =
            check.findings.contains { $0.subject == "units" && $0.verdict == .wrong }
            ? [RejectionReason.implausibleCoordinate.rawValue] : []
        var findings = MessageCheck.findings(record, explained: explained) + pace
        findings += IdentityCheck(record, scale: check.scale).findings + JointCheck.findings(record) + layout
        findings += originFindings(record, scale: check.scale)
        // The bones of another layout tell nothing of units and axes.
        guard !layout.contains(where: { $0.verdict == .wrong }) else { return findings }
        findings += check.findings
        // With a wrong unit, gaitd rejects every body.
        let isScaled = !check.findings.contains { $0.subject == "units" && $0.verdict == .wrong }
        guard isScaled, !record.sightings.isEmpty else { return findings }
        return findings + [
            record.gaits.finding(longEnough: record.peopleSeen(for: PoseBuffer.windowSeconds + 0.5))
        ]
    }

    /// The bodies that gaitd accepts; if it rejects most as too far away, the bodies as sent. Also the factor that
    /// converts them to meters by the message's own unit.
    private static func poses(_ record: StreamRecord) -> (bodies: [CheckedBody], scale: Float) {
        guard
            record.rejected[RejectionReason.implausibleCoordinate.rawValue, default: 0]
                > record.sightings.count
        else {
            let bodies = record.sightings.map { sighting in
                let time = record.frames[sighting.frame].arrival.monotonic
                let id = sighting.id == StreamRecord.unnamed ? nil : sighting.id
                return CheckedBody(id: id, time: time, pose: sighting.pose)
            }
            return (bodies, 1)
        }
        let bodies = record.rawBodies.map { body in
            CheckedBody(id: nil, time: 0, pose: body.pose(record.layout).mapped(record.up.yUp))
        }
        return (bodies, 1000 * record.units.metres)
    }

    /// Whether bodies have a place in the world, as the messages say.
    private static func originFindings(_ record: StreamRecord, scale: Float) -> [Finding] {
        let roots = record.sightings.filter { $0.pose.present.contains(JointSet(.root)) }
            .map { Double(($0.pose[.root] * scale).length) }
        guard roots.count >= 10 else { return [] }
        // A hip-centered estimator's root may be beside ours, between other joints.
        let isCentred = Sample.quantile(0.95, roots) < 0.15
        switch (record.origin, isCentred) {
        case (.world, true):
            return [
                .wrong(
                    "origin", "every root is at the origin all the time",
                    advice: "send \"origin\": \"root\"",
                    fields: ["origin": .string(CoordinateOrigin.root.rawValue)])
            ]
        case (.root, false):
            return [
                .wrong(
                    "origin", String(format: "roots are up to %.1f m from the origin", roots.max() ?? 0),
                    advice: "send \"origin\": \"world\", or positions relative to each body's own root",
                    fields: ["origin": .string(CoordinateOrigin.world.rawValue)])
            ]
        default: return [.good("origin", record.origin.rawValue)]
        }
    }

    /// Several lines: what was found, and what to do.
    var text: String {
        var lines = [
            "\(topic): \(messages) messages in \(String(format: "%.1f", seconds)) s, \(people) ids; \(declared)",
            "",
        ]
        lines += findings.lines
        return lines.joined(separator: "\n")
    }
}

extension [Finding] {
    /// Findings and advice, one per line, and at the end the number of faults.
    var lines: [String] {
        var rows: [[String]] = []
        for finding in self {
            let verdict =
                switch finding.verdict {
                case .good: "ok"
                case .note: "note"
                case .wrong: "WRONG"
                }
            rows.append([verdict, finding.subject, finding.text])
            if let advice = finding.advice { rows.append(["", "", "-> \(advice)"]) }
        }
        let faults = count { $0.verdict == .wrong }
        let end =
            faults == 0
            ? "nothing is wrong" : faults == 1 ? "1 thing is wrong" : "\(faults) things are wrong"
        return rows.map { TextFormat.line($0, widths: [7, 12, 0]) } + ["", end]
    }
}

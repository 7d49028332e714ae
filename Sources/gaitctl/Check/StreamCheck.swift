import Foundation
import Gait
import Messaging
import Recognition

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
    /// The emotions that gaitd would publish, by state; nil without a model.
    let emotions: EmotionStateCounts?
    private let declared: String

    enum CodingKeys: String, CodingKey {
        case topic, messages, seconds, people, good, fields, findings, emotions
    }

    init(_ record: StreamRecord, topic: String) {
        self.topic = topic
        messages = record.messages
        seconds = (record.arrivals.last?.monotonic ?? 0) - (record.arrivals.first?.monotonic ?? 0)
        people = Set(record.observations.compactMap(\.id)).count
        findings = Self.findings(record)
        emotions = record.gaits.states
        good = findings.wrongSubjects.isEmpty
        fields = findings.reduce(into: [:]) { $0.merge($1.fields) { first, _ in first } }
        declared =
            record.image != nil
            ? "layout \(record.layout.rawValue), units \(record.imageUnits.rawValue), origin image"
            : "layout \(record.layout.rawValue), units \(record.units.rawValue), up \(record.up.rawValue), "
                + "origin \(record.origin.rawValue)"
    }

    private static func findings(_ record: StreamRecord) -> [Finding] {
        let arrivals = record.arrivals.map(\.monotonic)
        let pace =
            RateCheck.findings(arrivals: arrivals)
            + ClockCheck(
                stamps: record.stamps, arrivals: arrivals, wallClock: record.arrivals.map(\.wallClock)
            ).findings
        guard !record.rawBodies.isEmpty || !record.observations.isEmpty else {
            return messageFindings(record) + pace + [
                .wrong(
                    "bodies", "no person was in view, or no message could be read",
                    advice: "walk in front of the robot while this command listens")
            ]
        }
        if let image = record.image { return messageFindings(record) + pace + pictureFindings(record, image) }
        let (bodies, scale) = bodies(record)
        let showsTravel = record.origin == .world
        let check = BodyCheck(
            bodies, scale: scale, units: record.units, up: record.up, orientation: record.orientation,
            showsTravel: showsTravel)
        // With a wrong unit, gaitd rejects every body: a millimeter taken for a meter puts people kilometers away.
        let isScaled = !check.findings.contains { $0.subject == "units" && $0.verdict == .wrong }
        let ids = IdentityCheck(
            record.observations, arrivals: arrivals, scale: check.scale, showsTravel: showsTravel)
        let layout =
            record.hasAccepted
            ? LayoutCheck(record.rawBodies.map(\.joints), declared: record.layout)
                .findings(rejected: record.rejected[.wrongJointCount]) : []
        var findings = messageFindings(record, explained: isScaled ? [] : [.implausibleCoordinate]) + pace
        findings += ids.findings(
            missing: record.rejected[.missingID], duplicates: record.rejected[.duplicateID])
        findings += JointCheck.findings(
            record.observations.map(\.pose), confidences: record.rawBodies.flatMap(\.confidences))
        findings += layout
        findings += OriginCheck.findings(record.observations, scale: check.scale, declared: record.origin)
        // The bones of another layout tell nothing of units and axes.
        guard layout.wrongSubjects.isEmpty else {
            return findings + record.gaits.coordinates(isBodyExplained: true)
        }
        findings += check.findings
        // The checks of the up axis and of the sides tell more of the same fault.
        if findings.wrongSubjects.allSatisfy({ $0 != "up" && $0 != "sides" }) {
            findings += record.gaits.coordinates(
                isBodyExplained: findings.wrongSubjects.contains("limbs"))
        }
        guard isScaled, !record.observations.isEmpty else { return findings }
        return findings + [
            record.gaits.finding(longEnough: ids.peopleSeen(for: PoseBuffer.windowSeconds + 0.5))
        ]
    }

    /// On people in pictures: what meters, axes and sides say of a body cannot be asked there.
    private static func pictureFindings(_ record: StreamRecord, _ image: ImageGeometry) -> [Finding] {
        let ids = IdentityCheck(
            record.observations, arrivals: record.arrivals.map(\.monotonic), scale: 1, showsTravel: false)
        let rejected = record.rejected[.wrongJointCount]
        let layout =
            rejected > 0
            ? LayoutCheck(record.rawBodies.map(\.joints), declared: record.layout).findings(
                rejected: rejected)
            : []
        let confidences = record.rawBodies.flatMap(\.confidences)
        var findings = KeypointCheck(
            record.observations.map { ImagePose($0.pose) }, in: image, changes: record.changesImage,
            outside: record.keypointsOutside, confidences: confidences
        ).findings
        findings += ids.findings(missing: 0, duplicates: record.rejected[.duplicateID])
        findings += JointCheck.findings(record.observations.map(\.pose), confidences: confidences)
        findings += layout
        findings += record.gaits.coordinates(isBodyExplained: false)
        findings.append(
            record.gaits.finding(longEnough: ids.peopleSeen(for: PoseBuffer.windowSeconds + 0.5)))
        return findings
    }

    /// What gaitd rejects of the messages, with what to do about it.
    ///
    /// - Parameter explained: reasons that the checks of this stream have told the cause of.
    private static func messageFindings(
        _ record: StreamRecord, explained: Set<RejectionReason> = []
    ) -> [Finding] {
        // Other checks tell more of three reasons.
        let toldElsewhere = explained.union([.missingID, .duplicateID, .wrongJointCount])
        let reasons = RejectionReason.allCases.filter {
            record.rejected[$0] > 0 && !toldElsewhere.contains($0)
        }
        var findings = reasons.sorted { $0.rawValue < $1.rawValue }.map { reason in
            let name = record.named[reason].map { ": \"\($0.prefix(40))\"" } ?? ""
            return Finding.wrong(
                "messages", "\(record.rejected[reason]) rejected as \(reason.rawValue)\(name)",
                advice: reason.advice)
        }
        if record.changesFields {
            findings.append(
                .wrong(
                    "messages", "layout, units, up or origin change between messages",
                    advice:
                        "let one source publish on a topic: robots/{robot}/cameras/{camera}/skeletons for each camera"
                )
            )
        }
        guard record.rejected.total == 0, findings.isEmpty, record.messages > 0 else { return findings }
        return [.good("messages", "\(record.messages) accepted, none rejected")]
    }

    /// The bodies that gaitd accepts; if it rejects most as too far away, the bodies as sent. Also the factor that
    /// converts them to meters by the message's own unit.
    private static func bodies(_ record: StreamRecord) -> (bodies: [CheckedBody], scale: Float) {
        guard record.rejected[.implausibleCoordinate] > record.observations.count else {
            return (record.observations, 1)
        }
        let bodies = record.rawBodies.map { body in
            CheckedBody(
                id: nil, time: 0, pose: record.layout.millipose(body.joints).mapped(record.up.yUp))
        }
        return (bodies, 1000 * record.units.metres)
    }

    /// Several lines: what was found, and what to do.
    var text: String {
        let time = String(format: "%.1f", seconds)
        let head = "\(topic): \(messages) messages in \(time) s, \(people) ids; \(declared)"
        let read = emotions.map { ["emotions: \($0)"] } ?? []
        return ([head] + read + [""] + findings.lines).joined(separator: "\n")
    }
}

extension [Finding] {
    /// Findings and advice, one per line, and at the end the number of faults.
    var lines: [String] {
        let rows = flatMap { finding -> [[String]] in
            let verdict =
                switch finding.verdict {
                case .good: "ok"
                case .note: "note"
                case .wrong: "WRONG"
                }
            return [[verdict, finding.subject, finding.text]]
                + (finding.advice.map { [["", "", "-> \($0)"]] } ?? [])
        }
        let faults = count { $0.verdict == .wrong }
        let end =
            faults == 0
            ? "nothing is wrong" : faults == 1 ? "1 thing is wrong" : "\(faults) things are wrong"
        return rows.map { TextFormat.line($0, widths: [7, 12, 0]) } + ["", end]
    }
}

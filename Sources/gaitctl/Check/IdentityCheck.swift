import Foundation
import Gait
import Messaging

/// Checks whether ids stay with the same people.
struct IdentityCheck {
    /// Meters within which a new id may be an earlier person.
    private static let reach: Float = 0.5
    /// Seconds for which a person may be lost and found again under another id.
    private static let absence = 1.0
    /// The highest speed of a walker, meters a second.
    private static let fastest: Float = 8

    private let subject = "ids"
    private let record: StreamRecord
    private let people: [String: [StreamRecord.Sighting]]
    /// Meters per unit of the record's poses.
    private let scale: Float

    /// - Parameter scale: what the poses' lengths are multiplied with to be meters.
    init(_ record: StreamRecord, scale: Float) {
        self.record = record
        self.scale = scale
        people = record.people
    }

    var findings: [Finding] {
        var findings: [Finding] = []
        if let missing = record.rejected["missing_id"] {
            findings.append(
                .wrong(
                    subject, "\(missing) bodies have neither an id nor a position for tracking",
                    advice: "give every body an \"id\": a string or an integer that stays with the person"))
        }
        if record.bodiesWithoutID > 0 {
            findings.append(
                .note(
                    subject, "\(record.bodiesWithoutID) bodies have no id: gaitd tracks them by position",
                    advice: "the sender's own \"id\" stays with the person for longer"))
        }
        if let duplicates = record.rejected["duplicate_id"] {
            findings.append(
                .wrong(
                    subject, "\(duplicates) bodies share the id of another body in the same message",
                    advice: "give every body in a message its own id"))
        }
        guard !people.isEmpty else { return findings }
        findings += [swapFault, breakFault, leapFault].compactMap(\.self)
        let lifetimes = people.values.map(lifetime)
        let figures = [
            "ids": Double(people.count), "median_seconds": Sample.median(lifetimes),
            "new_per_minute": Double(newcomers.count) * 60 / max(record.duration - 1, 1),
        ]
        guard findings.isEmpty else { return findings.with(figures) }
        return [
            .good(
                subject,
                String(
                    format: "%d ids, %d new after the first second, seen for %.1f s in the median",
                    people.count,
                    newcomers.count, Sample.median(lifetimes)))
        ].with(figures)
    }

    private func time(_ sighting: StreamRecord.Sighting) -> Double {
        record.frames[sighting.frame].arrival.monotonic
    }

    private func lifetime(_ sightings: [StreamRecord.Sighting]) -> Double {
        guard let first = sightings.first, let last = sightings.last else { return 0 }
        return time(last) - time(first)
    }

    /// The first observations of people who were not there in the first second.
    private var newcomers: [StreamRecord.Sighting] {
        let start = record.frames.first?.arrival.monotonic ?? 0
        return people.values.compactMap(\.first).filter { time($0) > start + 1 }
    }

    /// A person's position; nil if the root is missing or everyone is at the origin.
    private func place(_ sighting: StreamRecord.Sighting) -> SIMD3<Float>? {
        guard record.origin == .world, sighting.pose.present.contains(JointSet(.root)) else { return nil }
        return sighting.pose[.root] * scale
    }

    private func distance(_ one: SIMD3<Float>, _ other: SIMD3<Float>) -> Float {
        ((one - other) * (one - other)).sum().squareRoot()
    }

    /// Two who are each where the other was a frame before.
    private var swapFault: Finding? {
        let byFrame = Dictionary(
            grouping: record.sightings.filter { $0.id != StreamRecord.unnamed }, by: \.frame)
        var swaps = 0
        var example: (String, String)?
        for frame in byFrame.keys.sorted() {
            guard let now = byFrame[frame], let before = byFrame[frame - 1] else { continue }
            var places: [String: SIMD3<Float>] = [:]
            for sighting in before { places[sighting.id] = place(sighting) }
            for (index, one) in now.enumerated() {
                for other in now[(index + 1)...] {
                    guard let oneNow = place(one), let otherNow = place(other),
                        let oneBefore = places[one.id],
                        let otherBefore = places[other.id], distance(oneBefore, otherBefore) > 0.4
                    else { continue }
                    let kept = distance(oneNow, oneBefore) + distance(otherNow, otherBefore)
                    let crossed = distance(oneNow, otherBefore) + distance(otherNow, oneBefore)
                    if crossed < 0.25 * kept {
                        swaps += 1
                        example = example ?? (one.id, other.id)
                    }
                }
            }
        }
        guard let example else { return nil }
        return .wrong(
            subject, "ids swap places \(swaps) times, first \(example.0) and \(example.1)",
            advice: "use the tracker's ids, not the positions in the estimator's list")
    }

    /// A person appears where another was lost, so their id has probably changed.
    private var breakFault: Finding? {
        var breaks = 0
        for newcomer in newcomers {
            guard let place = place(newcomer) else { continue }
            let isContinuation = people.contains { id, sightings in
                guard id != newcomer.id, let last = sightings.last(where: { time($0) < time(newcomer) }),
                    let lastPlace = self.place(last)
                else { return false }
                let pause = time(newcomer) - time(last)
                let isGone = !sightings.contains { $0.frame >= newcomer.frame }
                return isGone && pause < Self.absence && distance(place, lastPlace) < Self.reach
            }
            if isContinuation { breaks += 1 }
        }
        let minutes = max(record.duration, 1) / 60
        guard breaks > 1 else { return nil }
        return .wrong(
            subject,
            "\(breaks) people continued under a new id, \(Int((Double(breaks) / minutes).rounded())) a minute; their gaits start over",
            advice: "let the tracker keep ids over occlusions; a gait needs 2.5 s under one id")
    }

    /// A person jumps to another position.
    private var leapFault: Finding? {
        var leaps = 0
        for sightings in people.values {
            for (before, now) in zip(sightings, sightings.dropFirst()) {
                guard let one = place(before), let other = place(now) else { continue }
                let distance = distance(one, other)
                let passed = Float(max(time(now) - time(before), 1e-3))
                if distance > 0.5, distance / passed > Self.fastest { leaps += 1 }
            }
        }
        guard leaps > 2 else { return nil }
        return .wrong(
            subject, "people jump by more than half a meter between frames, \(leaps) times",
            advice: "an id is given to different people, or the depth is wrong by that much")
    }
}

import Foundation

/// Checks whether ids stay with the same people.
package struct IdentityCheck {
    /// Meters within which a new id may be an earlier person.
    private static let reach: Float = 0.5
    /// Seconds for which a person may be lost and found again under another id.
    private static let absence = 1.0
    /// The highest speed of a walker, meters a second.
    private static let fastest: Float = 8

    /// One body with an id.
    private struct Observation {
        let id: String
        let frame: Int
        let time: Double
        /// Meters; nil if the root is missing or everyone is at the origin.
        let place: SIMD3<Float>?
    }

    private let observations: [Observation]
    private let people: [String: [Observation]]
    /// The first observations of people who were not there in the first second.
    private let newcomers: [Observation]
    private let unnamed: Int
    /// From the first message to the last.
    private let seconds: Double

    /// - Parameters:
    ///   - bodies: In the order of time.
    ///   - arrivals: Of all messages, seconds, also of those without bodies.
    ///   - scale: The factor from the bodies' lengths to meters.
    ///   - showsTravel: Whether positions are places in the world.
    package init(_ bodies: [CheckedBody], arrivals: [Double], scale: Float, showsTravel: Bool) {
        observations = bodies.compactMap { body in
            let place = showsTravel ? body.pose.position(.root).map { $0 * scale } : nil
            return body.id.map { Observation(id: $0, frame: body.frame, time: body.time, place: place) }
        }
        people = Dictionary(grouping: observations, by: \.id)
        unnamed = bodies.count - observations.count
        let start = arrivals.first ?? 0
        seconds = (arrivals.last ?? 0) - start
        newcomers = people.values.compactMap(\.first).filter { $0.time > start + 1 }
    }

    /// - Parameters:
    ///   - missing: Bodies that were rejected because they have neither an id nor a place.
    ///   - duplicates: Bodies that were rejected because an earlier one of the message has their id.
    package func findings(missing: Int, duplicates: Int) -> [Finding] {
        var findings: [Finding] = []
        if missing > 0 {
            findings.append(
                wrong(
                    "\(missing) bodies have neither an id nor a position for tracking",
                    "give every body an \"id\": a string or an integer that stays with the person"))
        }
        if unnamed > 0 {
            findings.append(
                .note(
                    "ids", "\(unnamed) bodies have no id: gaitd tracks them by position",
                    advice: "the sender's own \"id\" stays with the person for longer"))
        }
        if duplicates > 0 {
            findings.append(
                wrong(
                    "\(duplicates) bodies share the id of another body in the same message",
                    "give every body in a message its own id"))
        }
        guard !people.isEmpty else { return findings }
        findings += [swapFault, breakFault, leapFault].compactMap(\.self)
        let lifetime = Sample.median(people.values.map { $0[$0.count - 1].time - $0[0].time })
        if findings.isEmpty {
            let text =
                "\(people.count) ids, \(newcomers.count) new after the first second, seen for "
                + String(format: "%.1f s in the median", lifetime)
            findings = [.good("ids", text)]
        }
        return findings.with([
            "ids": Double(people.count), "median_seconds": lifetime,
            "new_per_minute": Double(newcomers.count) * 60 / max(seconds - 1, 1),
        ])
    }

    /// How many people were seen for at least so many seconds.
    package func peopleSeen(for seconds: Double) -> Int {
        people.values.count { $0[$0.count - 1].time - $0[0].time >= seconds }
    }

    private func wrong(_ text: String, _ advice: String) -> Finding { .wrong("ids", text, advice: advice) }

    /// Two who are each where the other was a frame before.
    private var swapFault: Finding? {
        let frames = Dictionary(grouping: observations, by: \.frame)
        var swaps = 0
        var example: (String, String)?
        for (frame, now) in frames.sorted(by: { $0.key < $1.key }) {
            var before: [String: SIMD3<Float>] = [:]
            for observation in frames[frame - 1] ?? [] { before[observation.id] = observation.place }
            for (index, one) in now.enumerated() {
                for other in now[(index + 1)...] {
                    guard let oneNow = one.place, let otherNow = other.place, let oneBefore = before[one.id],
                        let otherBefore = before[other.id], (oneBefore - otherBefore).length > 0.4
                    else { continue }
                    let kept = (oneNow - oneBefore).length + (otherNow - otherBefore).length
                    let crossed = (oneNow - otherBefore).length + (otherNow - oneBefore).length
                    guard crossed < 0.25 * kept else { continue }
                    swaps += 1
                    example = example ?? (one.id, other.id)
                }
            }
        }
        guard let example else { return nil }
        return wrong(
            "ids swap places \(swaps) times, first \(example.0) and \(example.1)",
            "use the tracker's ids, not the positions in the estimator's list")
    }

    /// A person appears where another was lost, so their id has probably changed.
    private var breakFault: Finding? {
        let breaks = newcomers.count { newcomer in
            people.values.contains { observations in
                guard let last = observations.last, last.frame < newcomer.frame, let place = last.place,
                    let newPlace = newcomer.place
                else { return false }
                return newcomer.time - last.time < Self.absence && (newPlace - place).length < Self.reach
            }
        }
        guard breaks > 1 else { return nil }
        let rate = Int((Double(breaks) * 60 / max(seconds, 1)).rounded())
        return wrong(
            "\(breaks) people continued under a new id, \(rate) a minute; their gaits start over",
            "let the tracker keep ids over occlusions; a gait needs 2.5 s under one id")
    }

    /// A person jumps to another position.
    private var leapFault: Finding? {
        let leaps = people.values.reduce(0) { leaps, observations in
            leaps
                + zip(observations, observations.dropFirst()).count { before, now in
                    guard let one = before.place, let other = now.place else { return false }
                    let distance = (one - other).length
                    let passed = Float(max(now.time - before.time, 1e-3))
                    return distance > 0.5 && distance / passed > Self.fastest
                }
        }
        guard leaps > 2 else { return nil }
        return wrong(
            "people jump by more than half a meter between frames, \(leaps) times",
            "an id is given to different people, or the depth is wrong by that much")
    }
}

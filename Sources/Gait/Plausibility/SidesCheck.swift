import Foundation

/// Checks that left is left, by the direction in which people walk and in which their knees and elbows bend.
package struct SidesCheck {
    /// Knees closer than this to the line from hip to ankle are not conclusive, meters.
    private static let leastKnee = 0.004
    private static let leastElbow = 0.01
    /// The slowest walk, meters per second.
    private static let leastSpeed = 0.25
    /// The interval for measuring travel, seconds.
    private static let stretch = 0.4

    /// The start of the finding that an exchange of left and right corrects.
    package static let exchangedText = "left and right are exchanged"

    /// Meters in front of the body; nil if undecided.
    private let knees: Double?
    /// Meters behind the body; nil if undecided.
    private let elbows: Double?
    /// Meters per second in the body's direction; nil if undecided.
    private let travel: Double?
    /// The cosine between the axes of shoulders and hips.
    private let twist: Double?

    /// - Parameter showsTravel: whether positions are places in the world.
    init(_ bodies: [CheckedBody], showsTravel: Bool) {
        var (knees, elbows, twists): ([Double], [Double], [Double]) = ([], [], [])
        for body in bodies {
            let geometry = BodyGeometry(pose: body.pose)
            guard let facing = geometry.facing else { continue }
            if let bend = geometry.kneeFlexion(facing) { knees.append(bend) }
            if let bend = geometry.elbowFlexion(facing) { elbows.append(bend) }
            if let hips = geometry.vector(.rightHip, .leftHip)?.normalized,
                let shoulders = geometry.vector(.rightShoulder, .leftShoulder)?.normalized
            {
                twists.append(Double(hips.dot(shoulders)))
            }
        }
        self.knees = Self.decided(knees, least: Self.leastKnee)
        self.elbows = Self.decided(elbows, least: Self.leastElbow)
        twist = twists.count >= 10 ? Sample.median(twists) : nil
        let speeds = showsTravel ? Self.speeds(bodies) : []
        travel = Self.decided(speeds, least: Self.leastSpeed)
    }

    var findings: [Finding] {
        judgement.with([
            "knees_forward_m": knees, "elbows_backward_m": elbows, "forward_m_per_s": travel,
        ])
    }

    private var judgement: [Finding] {
        if let twist, twist < -0.3 {
            return [
                .wrong(
                    "sides", "the left shoulder is on the side of the right hip",
                    advice:
                        "arms or legs have left and right exchanged: compare the joints' order with the layout's"
                )
            ]
        }
        let signs = [knees, travel].compactMap(\.self)
        guard let first = signs.first else {
            if let elbows, elbows < 0 { return [exchanged] }
            return [
                .note(
                    "sides", "unknown: no person bent a knee or walked anywhere",
                    advice: "walk in front of the robot")
            ]
        }
        if signs.allSatisfy({ $0 > 0 }) { return [.good("sides", "left is left: \(evidence)")] }
        if signs.count == 1 || signs.allSatisfy({ $0 < 0 }) {
            // Someone may walk backward all the time.
            if knees == nil, first < 0, (elbows ?? 1) > 0 { return [backwards] }
            return [exchanged]
        }
        if (knees ?? 0) > 0 { return [backwards] }
        return [
            .wrong(
                "sides",
                "knees bend backward although people walk in the direction that they face (\(evidence))",
                advice:
                    "check the order of hips, knees and feet in the layout, and their depth"
            )
        ]
    }

    private var exchanged: Finding {
        .wrong(
            "sides", "\(Self.exchangedText): \(evidence)",
            advice:
                "exchange the left joints and the right ones; or, if the frame is left-handed as in Unity or Unreal, "
                + "negate one horizontal axis; a camera's frame with y negated is one: send it as it is with \"up\": \"-y\""
        )
    }

    private var backwards: Finding {
        .note(
            "sides", "left is left according to the knees, but people walk backward (\(evidence))",
            advice:
                "if they do not, the robot was driving: send positions in a fixed frame, such as odom"
        )
    }

    private var evidence: String {
        var parts: [String] = []
        if let knees {
            parts.append(
                String(
                    format: "knees bend %.0f mm to the %@", abs(knees) * 1000, knees > 0 ? "front" : "back"))
        }
        if let travel {
            parts.append(
                String(format: "people walk %@ at %.1f m/s", travel > 0 ? "forward" : "backward", abs(travel))
            )
        }
        if let elbows { parts.append("elbows bend to the \(elbows > 0 ? "back" : "front")") }
        return parts.joined(separator: ", ")
    }

    /// The mean, if it is significantly far from 0.
    private static func decided(_ values: [Double], least: Double) -> Double? {
        guard values.count >= 10 else { return nil }
        let mean = Sample.mean(values)
        let deviation = Sample.mean(values.map { ($0 - mean) * ($0 - mean) }).squareRoot()
        let error = deviation / Double(values.count).squareRoot()
        return abs(mean) > max(least, 3 * error) ? mean : nil
    }

    /// The speeds of all people in the direction that they face, one per stretch.
    private static func speeds(_ bodies: [CheckedBody]) -> [Double] {
        var speeds: [Double] = []
        for (id, sightings) in Dictionary(grouping: bodies, by: \.id) where id != nil {
            var start: CheckedBody?
            for body in sightings {
                guard let from = start, body.time - from.time < 1 else {
                    start = body
                    continue
                }
                let passed = body.time - from.time
                guard passed >= stretch else { continue }
                start = body
                guard let facing = BodyGeometry(pose: from.pose).facing,
                    let origin = from.pose.position(.root), let place = body.pose.position(.root)
                else { continue }
                let way = place - origin
                // No person runs this fast: the ids were exchanged.
                guard Double(way.length) < 8 * passed else { continue }
                speeds.append(Double(way.dot(facing)) / passed)
            }
        }
        return speeds
    }
}

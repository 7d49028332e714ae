import Foundation
package import Gait

/// Checks from the bodies that gaits are in meters, y up, with left on the left, at 30 frames per second: of all gaits
/// together and of each by itself, by the same rules as for streams (``BodyCheck``).
package struct GeometryCheck {
    /// The most bodies to judge all gaits together by; more would not add information.
    private static let mostBodies = 60_000
    /// The share of individually wrong gaits from which they are a fault rather than odd walks.
    private static let largestShare = 0.1

    /// On all gaits together, and on single gaits that disagree.
    private let findings: [Finding]

    /// The findings on the gaits; for each source by itself if the manifest's column `subset` names several.
    ///
    /// - Parameter checkpoint: called between gaits; whatever it throws ends the check.
    package static func findings<Failure: Error>(
        _ gaits: [SurveyedGait], checkpoint: () throws(Failure) -> Void
    ) throws(Failure) -> [Finding] {
        let parts = Dictionary(grouping: gaits) { $0.attributes[DatasetImport.partColumn] ?? "" }
        guard parts.count > 1 else { return try GeometryCheck(gaits, checkpoint).findings }
        var findings: [Finding] = []
        for (name, gaits) in parts.sorted(by: { $0.key < $1.key }) {
            findings += try GeometryCheck(gaits, checkpoint).findings.map {
                $0.of(name.isEmpty ? "the others" : name)
            }
        }
        return findings
    }

    private init<Failure: Error>(
        _ gaits: [SurveyedGait], _ checkpoint: () throws(Failure) -> Void
    ) throws(Failure) {
        var bodies: [CheckedBody] = []
        var ratios: [WalkRatio] = []
        var strangers: [String: [String]] = [:]
        var judged: [String: Int] = [:]
        let frames = gaits.reduce(0) { $0 + $1.frames }
        let step = max((frames + Self.mostBodies - 1) / Self.mostBodies, 1)
        for (number, gait) in gaits.enumerated() {
            try checkpoint()
            let own = Self.bodies(gait)
            if number.isMultiple(of: step) { bodies += own }
            let check = Self.check(own)
            let ratio = WalkRatio(check.corrected.map(\.pose))
            if let ratio { ratios.append(ratio) }
            let verdicts = check.findings.filter { $0.verdict != .note }.map {
                ($0.subject, $0.verdict == .good)
            }
            for subject in Set(verdicts.map(\.0)) {
                judged[subject, default: 0] += 1
                let isGood = verdicts.allSatisfy { $0.0 != subject || $0.1 }
                if !isGood { strangers[subject, default: []].append(gait.key) }
            }
        }
        let together = (Self.check(bodies).findings + FrameRateCheck(ratios).findings).map(Self.advised)
        findings =
            together.map { finding in
                finding.with([
                    "gaits_judged": Double(judged[finding.subject] ?? 0),
                    "gaits_wrong": Double(strangers[finding.subject]?.count ?? 0),
                ])
            } + Self.oddOnes(strangers, judged, beside: together)
    }

    /// The gait's frames as bodies; joints that are not finite are missing.
    private static func bodies(_ gait: SurveyedGait) -> [CheckedBody] {
        (0..<gait.frames).map { frame in
            var pose = Pose()
            for joint in Joint.allCases {
                let start = frame * Gait.valuesPerFrame + joint.rawValue * 3
                pose[joint] = SIMD3(
                    gait.coordinates[start], gait.coordinates[start + 1], gait.coordinates[start + 2])
            }
            return CheckedBody(id: gait.key, time: Double(frame) / Double(Gait.frameRate), pose: pose)
        }
    }

    private static func check(_ bodies: [CheckedBody]) -> BodyCheck {
        BodyCheck(bodies, scale: 1, units: .metre, up: .y, orientation: nil, showsTravel: true)
    }

    /// The finding with advice for a data set.
    private static func advised(_ finding: Finding) -> Finding {
        guard finding.verdict == .wrong else { return finding }
        let option: String? =
            switch finding.subject {
            case "units": finding.text(ofField: "units").map { "--units \($0)" }
            case "up" where finding.fields["orientation"] == nil:
                finding.text(ofField: "up").map { "--up \($0)" }
            case "sides" where finding.text.hasPrefix(SidesCheck.exchangedText):
                "--swap-sides, or --left-handed if the frame was left-handed"
            case "rate": finding.figures["rate"].map { String(format: "--fps %.0f, or the source's own", $0) }
            default: nil
            }
        guard let option else { return finding }
        return finding.advising("gaitctl dataset import corrects it: \(option)")
    }

    /// Single gaits that disagree with all gaits together.
    private static func oddOnes(
        _ strangers: [String: [String]], _ judged: [String: Int], beside together: [Finding]
    ) -> [Finding] {
        let wrong = Set(together.wrongSubjects)
        return strangers.filter { !wrong.contains($0.key) }.sorted { $0.key < $1.key }.map { subject, keys in
            let all = judged[subject] ?? 0
            let text =
                "wrong in \(keys.count) of \(all) gaits by themselves: \(keys.prefix(5).joined(separator: ", "))"
                + (keys.count > 5 ? " …" : "")
            guard Double(keys.count) > largestShare * Double(all), keys.count > 1 else {
                return .note(subject, text, advice: "look at them: gaitctl draw --dataset FOLDER --gait KEY")
            }
            return .wrong(
                subject, text,
                advice: "look at them: gaitctl draw --dataset FOLDER --gait KEY; import each source by itself"
            )
        }
    }
}

extension Finding {
    /// The text of one of the fields that correct it.
    fileprivate func text(ofField name: String) -> String? {
        guard case .string(let text)? = fields[name] else { return nil }
        return text
    }
}

package import Gait

/// The check of a data set's folder.
package struct DatasetCheck: Encodable, Sendable {
    package let folder: String
    package let gaits: Int
    package let labels: [String: LabelCount]
    /// Whether nothing is wrong.
    package let good: Bool
    package let findings: [Finding]

    /// Checks the part without a name, or the first one.
    ///
    /// - Parameters:
    ///   - survey: has at least one part.
    ///   - folder: the folder's name, for the report.
    ///   - checkpoint: called between gaits; whatever it throws ends the check.
    package init<Failure: Error>(
        _ survey: DatasetSurvey, folder: String, checkpoint: () throws(Failure) -> Void
    ) throws(Failure) {
        let part = survey.parts.first { $0.name.isEmpty } ?? survey.parts[0]
        let content = ContentCheck(survey, part: part)
        labels = LabelCount.of(part.gaits) { content.label(of: $0) ?? "(none)" }
        self.folder = folder
        gaits = part.gaits.count
        findings = content.findings + (try GeometryCheck.findings(part.gaits, checkpoint: checkpoint))
        good = findings.wrongSubjects.isEmpty
    }
}

extension DatasetCheck {
    /// The amount of data for a label.
    package struct LabelCount: Encodable, Equatable, Sendable {
        package let gaits: Int
        package let recordings: Int
        package let frames: Int

        /// The counts of all labels with gaits, by name.
        package static func of(_ dataset: GaitDataset) -> [String: LabelCount] {
            of(dataset.gaits.map(SurveyedGait.init)) { gait in
                gait.labelIndex.map { dataset.labelNames[$0] } ?? ""
            }
        }

        /// The counts of gaits, by the name of each one's label.
        package static func of(_ gaits: [SurveyedGait], name: (SurveyedGait) -> String) -> [String:
            LabelCount]
        {
            Dictionary(grouping: gaits, by: name).mapValues { gaits in
                LabelCount(
                    gaits: gaits.count, recordings: Set(gaits.map(\.recording)).count,
                    frames: gaits.reduce(0) { $0 + $1.frames })
            }
        }
    }
}

/// Checks that a folder's files belong together, and that every label has enough gaits to train on.
struct ContentCheck {
    /// The fewest frames that can show a step: half a second.
    private static let leastFrames = 15

    private let survey: DatasetSurvey
    private let part: DatasetSurvey.Part
    private let names: [String]

    /// - Parameter part: the survey's part to check as a data set.
    init(_ survey: DatasetSurvey, part: DatasetSurvey.Part) {
        (self.survey, self.part) = (survey, part)
        names = part.labelNames ?? []
    }

    var findings: [Finding] {
        fileFindings + labelFindings + gaitFindings + [lengths, duplicates, recordings].compactMap(\.self)
    }

    /// The name of a gait's label; nil if it has none.
    func label(of gait: SurveyedGait) -> String? {
        gait.labelIndex.flatMap { names.indices.contains($0) ? names[$0] : nil }
    }

    private var fileFindings: [Finding] {
        var findings = (survey.faults + part.faults).map { fault in
            Finding.wrong(
                "files", fault, advice: "write the files again from their source, with a label for every gait"
            )
        }
        if part.labelsFile == nil, part.faults.isEmpty {
            findings.append(
                .wrong(
                    "files", "there are no labels for \(part.featuresFile)",
                    advice: "gaitctl dataset import takes labels from keys"))
        }
        let others = survey.parts.filter { $0 != part }.map(\.featuresFile)
        if !others.isEmpty {
            findings.append(
                .note(
                    "files", "\(others.joined(separator: ", ")) are ignored",
                    advice: "gaitctl dataset import makes one data set of several files"))
        }
        return findings.isEmpty ? [.good("files", "features, labels and manifest belong together")] : findings
    }

    private var labelFindings: [Finding] {
        guard part.labelNames != nil else {
            guard part.labelsFile != nil, part.faults.isEmpty else { return [] }
            return [
                .wrong(
                    "labels", "the attribute label_names is missing: the labels' numbers have no names",
                    advice: "gaitctl dataset import --labels NAME,NAME,… gives them their names in order")
            ]
        }
        let gaits = Dictionary(grouping: part.gaits.filter { label(of: $0) != nil }) { label(of: $0) ?? "" }
        let present = names.filter { gaits[$0] != nil }
        var findings: [Finding] = []
        if present.count == 1 {
            findings.append(
                .wrong(
                    "labels", "every gait is \(present[0]); a model needs several labels",
                    advice: "add gaits of another label"))
        }
        for name in present.count > 1 ? present : [] {
            let own = gaits[name] ?? []
            guard Set(own.map(\.recording)).count == 1 else { continue }
            let what = own.count == 1 ? "one gait" : "\(own.count) gaits of one recording"
            findings.append(
                .wrong(
                    "labels", "\(name) has \(what): it can serve for training or for testing, not both",
                    advice: "add recordings of \(name), or leave it out: gaitctl dataset export"))
        }
        let absent = names.filter { gaits[$0] == nil }
        if !absent.isEmpty, !present.isEmpty {
            findings.append(.note("labels", "there is no gait of \(absent.joined(separator: ", "))"))
        }
        let counts = present.map { "\($0) \(gaits[$0]?.count ?? 0)" }.joined(separator: ", ")
        return findings.isEmpty ? [.good("labels", counts)] : findings
    }

    private var gaitFindings: [Finding] {
        var faults: [String] = []
        for gait in part.gaits {
            if let fault = gait.fault {
                faults.append(fault)
                continue
            }
            do throws(GaitError) {
                _ = try Gait(coordinates: gait.coordinates)
            } catch {
                faults.append("\"\(gait.key)\": \(error)")
            }
            guard !names.isEmpty, label(of: gait) == nil, let labelsFile = part.labelsFile else { continue }
            let found = gait.label.map { "\($0)" }.joined(separator: ", ")
            faults.append(
                found.isEmpty
                    ? "\"\(gait.key)\" has no label in \(labelsFile)"
                    : "\"\(gait.key)\" has the label \(found), which is not one of the \(names.count)")
        }
        guard !faults.isEmpty else {
            return part.gaits.isEmpty ? [] : [.good("gaits", "all \(part.gaits.count) are readable")]
        }
        let shown = faults.prefix(5).map { fault in
            Finding.wrong("gaits", fault, advice: "gaitctl dataset import omits such gaits and names them")
        }
        guard faults.count > shown.count else { return shown }
        return shown + [.note("gaits", "and \(faults.count - shown.count) more like these")]
    }

    private var lengths: Finding? {
        let lengths = part.gaits.map(\.frames).filter { $0 > 0 }.sorted()
        guard let least = lengths.first, let most = lengths.last else { return nil }
        let text = "\(least) to \(most) frames, \(lengths[lengths.count / 2]) in the median"
        let short = part.gaits.filter { (1..<Self.leastFrames).contains($0.frames) }
        guard let first = short.first else { return .good("lengths", text) }
        return .note(
            "lengths", "\(text); \(short.count) shorter than half a second, such as \(first.key)",
            advice: "gaitctl dataset import omits gaits shorter than --shortest seconds")
    }

    private var duplicates: Finding {
        // Equal if the numbers are the same to the bit, including NaNs.
        let bits = Dictionary(grouping: part.gaits.filter { $0.frames > 0 }) {
            $0.coordinates.map(\.bitPattern)
        }
        let same = bits.values.filter { $0.count > 1 }.map { $0.sorted { $0.key < $1.key } }
            .sorted { $0[0].key < $1[0].key }
        guard let first = same.first else { return .good("duplicates", "no gait occurs twice") }
        let keys = first.map(\.key).joined(separator: " and ")
        let text = "\(same.reduce(0) { $0 + $1.count - 1 }) gaits occur more than once, such as \(keys)"
        if same.contains(where: { Set($0.map(\.labelIndex)).count > 1 }) {
            return .wrong(
                "duplicates", "\(text), some under different labels",
                advice: "remove one of each; only one label can be right")
        }
        guard same.contains(where: { Set($0.map(\.recording)).count > 1 }) else {
            return .note("duplicates", text)
        }
        return .wrong(
            "duplicates", "\(text), in different recordings: tests would repeat training data",
            advice: "remove one of each, or give them the same source_file in manifest.csv")
    }

    private var recordings: Finding? {
        guard !part.gaits.isEmpty else { return nil }
        let text = "\(part.gaits.count) gaits of \(Set(part.gaits.map(\.recording)).count) recordings"
        let unknown = part.gaits.count { $0.sourceFile == nil }
        guard unknown > 0 else { return .good("recordings", text) }
        return .note(
            "recordings",
            "\(text); \(unknown) gaits have no source_file and count as recordings of their own",
            advice: "name it in manifest.csv, so that parts of a recording stay together")
    }
}

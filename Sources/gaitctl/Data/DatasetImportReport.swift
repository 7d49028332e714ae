import Datasets
import Gait

/// The result of an import.
struct DatasetImportReport: Encodable {
    /// One part's numbers of gaits.
    struct PartCount: Encodable {
        let part: String
        let files: [String]
        let found: Int
        let taken: Int
        /// Omitted gaits, by reason.
        let skipped: [String: Int]
    }

    /// An omitted gait.
    struct Omission: Encodable {
        let part: String
        let key: String
        let reason: String
        let text: String
    }

    /// How many keys per reason the text names.
    private static let shownKeys = 3

    let out: String
    let gaits: Int
    let labels: [String: DatasetCheck.LabelCount]
    let parts: [PartCount]
    let skipped: [Omission]
    /// Faults of whole files, and files that were ignored.
    let notes: [String]
    /// What the converted bodies say about unit, axes, sides and rate.
    let findings: [Finding]

    /// - Throws: `CommandFailure.interrupted` after Ctrl-C.
    init(_ imported: DatasetImport, survey: DatasetSurvey, out: String) throws(CommandFailure) {
        self.out = out
        let dataset = imported.dataset
        gaits = dataset.gaits.count
        labels = DatasetCheck.LabelCount.of(dataset)
        skipped = imported.skipped.map { omission in
            Omission(
                part: omission.part.isEmpty ? DatasetSurvey.Part.mainName : omission.part, key: omission.key,
                reason: omission.reason.rawValue, text: omission.text)
        }
        parts = survey.parts.map { part in
            let own = imported.skipped.filter { $0.part == part.name }
            return PartCount(
                part: part.shownName, files: [part.featuresFile, part.labelsFile].compactMap(\.self),
                found: part.gaits.count, taken: part.gaits.count - own.count,
                skipped: Dictionary(grouping: own, by: \.reason.rawValue).mapValues(\.count))
        }
        notes =
            survey.faults + survey.parts.flatMap(\.faults)
            + survey.strangers.map { "\($0) was not read: it holds no gaits and no labels by its name" }
        findings = try GeometryCheck.findings(
            dataset.gaits.map(SurveyedGait.init), checkpoint: Interruption.check)
    }

    /// Why gaits were omitted, in one line.
    var reasons: String {
        let counts = Dictionary(grouping: skipped, by: \.reason).mapValues(\.count)
        let first = skipped.first.map { "; the first is \($0.key): \($0.text)" } ?? ""
        return (counts.isEmpty ? "there was none" : TextColumns.counts(counts)) + first
    }

    var text: String {
        let columns = TextColumns(widths: [20, 8, 8, 0])
        var lines = [columns.line(["part", "gaits", "taken", "left out"])]
        lines += parts.map { part in
            columns.line([part.part, "\(part.found)", "\(part.taken)", TextColumns.counts(part.skipped)])
        }
        for (reason, some) in Dictionary(grouping: skipped, by: \.reason).sorted(by: { $0.key < $1.key }) {
            lines += some.prefix(Self.shownKeys).map { "left out: \($0.part) \($0.key): \($0.text)" }
            if some.count > Self.shownKeys {
                lines.append("left out: \(some.count - Self.shownKeys) more are \(reason); --json names them")
            }
        }
        lines += notes.map { "note: \($0)" } + [""]
        lines += DatasetCheck.LabelCount.lines(labels) + [""] + findings.lines
        return (lines + ["", "wrote \(out): \(gaits) gaits"]).joined(separator: "\n")
    }
}

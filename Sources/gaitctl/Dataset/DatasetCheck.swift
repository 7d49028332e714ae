import Datasets
import Foundation

/// Everything that can be said of a data set's folder.
struct DatasetCheck: Encodable {
    /// How much there is of a label.
    struct LabelCount: Encodable, Equatable {
        var gaits = 0
        var recordings = 0
        var frames = 0
    }

    let folder: String
    let gaits: Int
    let labels: [String: LabelCount]
    /// Whether nothing is wrong.
    let good: Bool
    let findings: [Finding]
    /// The keys of gaits whose geometry is wrong by themselves, by subject.
    let strangers: [String: [String]]

    /// - Parameter folder: the folder's name, for the text.
    /// - Throws: `CommandFailure.interrupted` after Ctrl-C.
    init(_ survey: DatasetSurvey, folder: String) throws(CommandFailure) {
        guard let part = survey.parts.first(where: { $0.name.isEmpty }) ?? survey.parts.first else {
            throw .failure("\(folder): there is no features.h5 in it")
        }
        let content = ContentCheck(survey, part: part, folder: folder)
        let geometry = try GeometryCheck(part.gaits)
        var labels: [String: LabelCount] = [:]
        for (name, gaits) in Dictionary(grouping: part.gaits, by: content.label) {
            labels[name ?? ""] = LabelCount(
                gaits: gaits.count, recordings: Set(gaits.map(ContentCheck.recording)).count,
                frames: gaits.reduce(0) { $0 + $1.frames })
        }
        self.folder = folder
        self.labels = labels
        gaits = part.gaits.count
        findings = content.findings + geometry.findings
        strangers = geometry.strangers
        good = findings.wrongSubjects.isEmpty
    }

    /// Several lines: how much of every label, what was found, and what to do.
    var text: String {
        let columns = TextColumns(widths: [20, 8, 12, 0])
        var lines = [
            "\(folder): \(gaits) gaits", "", columns.line(["label", "gaits", "recordings", "seconds"]),
        ]
        for (name, count) in labels.sorted(by: { $0.key < $1.key }) {
            lines.append(
                columns.line([
                    name.isEmpty ? "(none)" : name, "\(count.gaits)", "\(count.recordings)",
                    "\(count.frames / 30)",
                ]))
        }
        return (lines + [""] + findings.lines).joined(separator: "\n")
    }
}

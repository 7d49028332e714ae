import Datasets
import Foundation

/// Everything that can be said of a data set's folder.
struct DatasetCheck: Encodable {
    let folder: String
    let gaits: Int
    let labels: [String: LabelCount]
    /// Whether nothing is wrong.
    let good: Bool
    let findings: [Finding]
    /// - Parameter folder: the folder's name, for the text.
    /// - Throws: `CommandFailure.interrupted` after Ctrl-C.
    init(_ survey: DatasetSurvey, folder: String) throws(CommandFailure) {
        guard let part = survey.parts.first(where: { $0.name.isEmpty }) ?? survey.parts.first else {
            throw .failure("\(folder): there is no features.h5 in it")
        }
        let content = ContentCheck(survey, part: part)
        labels = LabelCount.of(part.gaits) { content.label(of: $0) ?? "(none)" }
        self.folder = folder
        gaits = part.gaits.count
        findings = content.findings + (try GeometryCheck.findings(part.gaits))
        good = findings.wrongSubjects.isEmpty
    }

    /// Several lines: how much of every label, what was found, and what to do.
    var text: String {
        let lines = ["\(folder): \(gaits) gaits", ""] + LabelCount.lines(labels)
        return (lines + [""] + findings.lines).joined(separator: "\n")
    }
}

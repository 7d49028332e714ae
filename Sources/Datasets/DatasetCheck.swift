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

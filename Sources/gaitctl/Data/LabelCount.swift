import Datasets
import Gait

extension DatasetCheck {
    /// How much there is of a label.
    struct LabelCount: Encodable, Equatable {
        let gaits: Int
        let recordings: Int
        let frames: Int

        /// Of every label that there is a gait of, by name.
        static func of(_ dataset: GaitDataset) -> [String: LabelCount] {
            of(dataset.gaits.map(SurveyedGait.init)) { gait in
                gait.labelIndex.map { dataset.labelNames[$0] } ?? ""
            }
        }

        /// Of gaits by the name of each one's label.
        static func of(_ gaits: [SurveyedGait], name: (SurveyedGait) -> String) -> [String: LabelCount] {
            Dictionary(grouping: gaits, by: name).mapValues { gaits in
                LabelCount(
                    gaits: gaits.count, recordings: Set(gaits.map(\.recording)).count,
                    frames: gaits.reduce(0) { $0 + $1.frames })
            }
        }

        /// A table of them.
        static func lines(_ counts: [String: LabelCount]) -> [String] {
            let columns = TextColumns(widths: [20, 8, 12, 0])
            return [columns.line(["label", "gaits", "recordings", "seconds"])]
                + counts.sorted { $0.key < $1.key }.map { name, count in
                    let seconds = count.frames / Int(Gait.frameRate)
                    return columns.line([name, "\(count.gaits)", "\(count.recordings)", "\(seconds)"])
                }
        }
    }
}

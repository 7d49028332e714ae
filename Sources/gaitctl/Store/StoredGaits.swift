import Datasets
import Foundation
import Gait
import Storage

/// Gaits between a store and a data set.
enum StoredGaits {
    /// The columns of the manifest that hold what the form has no name for.
    private enum Column {
        static let robot = "robot"
        static let person = "person"
        static let annotator = "annotator"
        static let start = "start"
        static let end = "stamp"
        static let coverage = "coverage"
        static let split = "split"
        static let synthetic = "synthetic"
    }

    /// A data set of stored gaits; the recording of a gait is its subject, since that is what splits go by.
    static func dataset(of stored: [StoredGait]) -> GaitDataset {
        let labels = Set(stored.map(\.label)).sorted()
        let index = Dictionary(uniqueKeysWithValues: zip(labels, labels.indices))
        let width = String(stored.map(\.id).max() ?? 0).count
        let gaits = stored.map { stored in
            let digits = String(stored.id)
            return LabelledGait(
                key: "gait-" + String(repeating: "0", count: width - digits.count) + digits,
                gait: stored.gait,
                label: index[stored.label] ?? 0, sourceFile: stored.subject, actor: stored.subject,
                attributes: [
                    Column.robot: stored.robot, Column.person: stored.person,
                    Column.annotator: stored.annotator ?? "", Column.start: "\(stored.start)",
                    Column.end: "\(stored.end)", Column.coverage: "\(stored.coverage)",
                    Column.split: stored.split.rawValue, Column.synthetic: stored.isSynthetic ? "1" : "0",
                ])
        }
        return GaitDataset(labelNames: labels, gaits: gaits)
    }

    /// The gaits of a data set as they are to be stored: from a store's export with all that was stored. Longer gaits are cut into windows of 75 frames.
    ///
    /// - Parameters:
    ///   - group: the manifest's column that names the subjects.
    ///   - robot: where the set does not say.
    ///   - isSynthetic: whether all of them are, whatever the set says.
    ///   - now: the stamp where the set has none, seconds since the Unix epoch.
    static func new(from dataset: GaitDataset, group: String, robot: String, isSynthetic: Bool, now: Double)
        throws(CommandFailure) -> [NewGait]
    {
        var new: [NewGait] = []
        for labelled in dataset.gaits {
            guard let subject = labelled.attribute(group), !subject.isEmpty else {
                throw .failure("gait \(labelled.key) has no \(group) in manifest.csv; choose another --group")
            }
            let gaits =
                labelled.gait.frames > NewGait.maximumFrames ? labelled.gait.windows() : [labelled.gait]
            new += gaits.map { gait in
                let attributes = labelled.attributes.filter { !$0.value.isEmpty }
                let end = attributes[Column.end].flatMap(Double.init) ?? now
                let length = Double(gait.frames - 1) / Double(Gait.frameRate)
                return NewGait(
                    robot: attributes[Column.robot] ?? robot, person: attributes[Column.person] ?? subject,
                    subject: subject, annotator: attributes[Column.annotator],
                    label: dataset.labelNames[labelled.label],
                    start: attributes[Column.start].flatMap(Double.init) ?? end - length, end: end,
                    gait: gait,
                    coverage: attributes[Column.coverage].flatMap(Float.init) ?? 1,
                    isSynthetic: isSynthetic || attributes[Column.synthetic] == "1")
            }
        }
        return new
    }
}

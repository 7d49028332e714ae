import Datasets
import GaitModels

/// Gaits of a data set as the trainer takes them.
enum TrainingGaits {
    /// - Parameter group: the manifest's column whose values splits keep together.
    /// - Throws: `CommandFailure.failure` naming the gait that has no such column.
    static func read(_ data: GaitDataset, group: String, folder: String) throws(CommandFailure)
        -> [TrainingGait]
    {
        var gaits: [TrainingGait] = []
        for gait in data.gaits {
            guard let value = gait.attribute(group), !value.isEmpty else {
                throw .failure(
                    "\(folder): gait \(gait.key) has no \(group) in manifest.csv; choose another --group")
            }
            gaits.append(TrainingGait(key: gait.key, gait: gait.gait, label: gait.label, group: value))
        }
        return gaits
    }
}

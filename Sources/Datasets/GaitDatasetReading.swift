import Foundation
import Gait

extension GaitDataset {
    /// Reads a folder in the E-Gait form.
    ///
    /// Coordinates may be float32 or float64, labels any kind of number. Without a manifest, or a row in it,
    /// a gait is its own recording. Holds at most 100,000 gaits of at most 100,000 frames, and 10,000,000
    /// frames in all.
    ///
    /// - Parameter opening: told the path of each file before it is opened.
    /// - Throws: `DatasetError` naming the file, the gait's key and what is wrong.
    package init(
        contentsOf directory: String, opening: (String) -> Void = { _ in }
    ) throws(DatasetError) {
        func path(_ name: String) -> String {
            let path = URL(filePath: directory, directoryHint: .isDirectory).appending(path: name)
                .path(percentEncoded: false)
            opening(path)
            return path
        }
        let features = try FeaturesFile(path(DatasetNames.features))
        let labels = try LabelsFile(path(DatasetNames.labels))
        let names = try labels.names(or: features)
        let manifest = try Manifest.read(from: path(DatasetNames.manifest))
        opening(features.path)
        if let stray = Set(labels.keys).subtracting(features.keys).min() {
            throw .missingKey(file: features.path, key: stray)
        }
        var gaits: [LabelledGait] = []
        gaits.reserveCapacity(features.keys.count)
        var totalFrames = 0
        for key in features.keys {
            let label = try labels.label(of: key, count: names.count)
            let gait = try features.gait(of: key)
            totalFrames += gait.frames
            guard totalFrames <= DatasetLimits.totalFrames else {
                throw .tooLarge(file: features.path, what: "frames", limit: DatasetLimits.totalFrames)
            }
            let entry = manifest?.entries[key]
            gaits.append(
                LabelledGait(
                    key: key, gait: gait, label: label, sourceFile: entry?.sourceFile, actor: entry?.actor,
                    attributes: entry?.attributes ?? [:]))
        }
        self.init(labelNames: names, gaits: gaits)
    }
}

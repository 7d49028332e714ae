/// A folder of labelled gaits in the E-Gait form: `features.h5` (one `[T, 48]` data set per gait, metres,
/// y up, right-handed, 30 frames/s), `labels.h5` (one scalar under the same key, the label names as the
/// attribute `label_names`) and, optionally, `manifest.csv`.
package struct GaitDataset: Sendable, Equatable {
    /// The names of the labels; `LabelledGait.label` is an index into them.
    package let labelNames: [String]
    /// The gaits in the order of their keys.
    package let gaits: [LabelledGait]

    /// A data set in memory. Labels must be indices into `labelNames`; `write(to:)` checks it.
    package init(labelNames: [String], gaits: [LabelledGait]) {
        self.labelNames = labelNames
        self.gaits = gaits
    }
}

/// The bounds that a folder is held to, so that a damaged or hostile one cannot exhaust memory.
enum DatasetLimits {
    /// Gaits per folder.
    static let gaits = 100_000
    /// Frames per gait: 55 minutes at 30 frames/s.
    static let frames = 100_000
    /// Frames per folder: 1.9 GB of coordinates.
    static let totalFrames = 10_000_000
    /// Bytes of `manifest.csv` and of a string attribute.
    static let textBytes = 64 << 20
}

/// The names of the files of a folder, of their attributes and of the manifest's own columns.
enum DatasetNames {
    static let features = "features.h5"
    static let labels = "labels.h5"
    static let manifest = "manifest.csv"
    static let labelNames = "label_names"
    static let key = "key"
    static let label = "label"
    static let sourceFile = "source_file"
    static let actor = "actor"
}

import Foundation
package import Gait

/// Labeled gaits in E-Gait's format: `features.h5` (one `[T, 48]` data set per gait, meters, y up, right-handed, 30
/// frames/s), `labels.h5` (one scalar under the same key, the label names as the attribute `label_names`) and, optionally,
/// `manifest.csv`.
package struct GaitDataset: Sendable, Equatable {
    /// The names of the labels; `LabelledGait.label` is an index into them.
    package let labelNames: [String]
    /// The gaits in the order of their keys.
    package let gaits: [LabelledGait]

    /// A data set in memory. Labels must be indices into `labelNames`; `write(to:)` checks this.
    package init(labelNames: [String], gaits: [LabelledGait]) {
        (self.labelNames, self.gaits) = (labelNames, gaits)
    }
}

/// One gait of a data set, with its label and recording.
package struct LabelledGait: Sendable, Equatable {
    /// The gait's name in `features.h5`, `labels.h5` and the manifest.
    package let key: String
    /// The coordinates, `[T, 16, 3]` meters, y up, at 30 frames/s.
    package let gait: Gait
    /// The index of the label in `GaitDataset.labelNames`.
    package let label: Int
    /// The recording that the gait was cut from; all its gaits belong to the same side of a split. The key if the
    /// manifest names none.
    package let sourceFile: String
    /// The person who walked, or the capture batch; nil if unknown.
    package let actor: String?
    /// The manifest's other columns by name, such as `style`, `action` and `licence`.
    package let attributes: [String: String]

    /// - Parameter sourceFile: nil for the key.
    package init(
        key: String, gait: Gait, label: Int, sourceFile: String? = nil, actor: String? = nil,
        attributes: [String: String] = [:]
    ) {
        (self.key, self.gait, self.label) = (key, gait, label)
        (self.sourceFile, self.actor, self.attributes) = (sourceFile ?? key, actor, attributes)
    }

    /// The same gait under another label.
    package func labelled(_ label: Int) -> LabelledGait {
        LabelledGait(
            key: key, gait: gait, label: label, sourceFile: sourceFile, actor: actor, attributes: attributes)
    }

    /// The value of a column of the manifest, or of `key`, `label`, `source_file` or `actor`; nil if there is none. For
    /// grouping and splitting by a name from a command line.
    package func attribute(_ name: String) -> String? {
        switch name {
        case DatasetNames.key: key
        case DatasetNames.label: String(label)
        case DatasetNames.sourceFile: sourceFile
        case DatasetNames.actor: actor
        default: attributes[name]
        }
    }
}

/// The bounds on a folder's contents, so that a damaged or hostile one cannot exhaust memory.
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

/// The names of a folder's files, of their attributes and of the manifest's own columns.
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

// MARK: - Reading

extension GaitDataset {
    /// Reads a folder in E-Gait's format.
    ///
    /// Coordinates may be float32 or float64, labels any kind of number. A gait without a row in a manifest is its own
    /// recording. The limits are 100,000 gaits of at most 100,000 frames, and 10,000,000 frames in all.
    ///
    /// - Parameter opening: receives the path of each file before it is opened.
    /// - Throws: `DatasetError` naming the file, the gait's key and the fault.
    package init(
        contentsOf directory: String, opening: (String) -> Void = { _ in }
    ) throws(DatasetError) {
        func path(_ name: String) -> String {
            let path = URL(filePath: directory, directoryHint: .isDirectory).appending(path: name)
                .path(percentEncoded: false)
            opening(path)
            return path
        }
        let features = try GaitFile(features: path(DatasetNames.features))
        let labels = try GaitFile(labels: path(DatasetNames.labels))
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

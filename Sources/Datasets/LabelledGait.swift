package import Gait

/// One gait of a data set, its label, and where it was recorded.
package struct LabelledGait: Sendable, Equatable {
    /// The gait's name in `features.h5`, `labels.h5` and the manifest.
    package let key: String
    /// The coordinates, `[T, 16, 3]` metres, y up, at 30 frames/s.
    package let gait: Gait
    /// The index of the label in `GaitDataset.labelNames`.
    package let label: Int
    /// The recording that the gait was cut from; gaits of one recording belong to the same side of a split.
    /// The key where the manifest has none.
    package let sourceFile: String
    /// Who walked, or the capture batch; nil where it is not known.
    package let actor: String?
    /// The manifest's other columns by name, such as `style`, `action` and `licence`.
    package let attributes: [String: String]

    /// A labelled gait; `sourceFile` is the key where none is given.
    package init(
        key: String, gait: Gait, label: Int, sourceFile: String? = nil, actor: String? = nil,
        attributes: [String: String] = [:]
    ) {
        self.key = key
        self.gait = gait
        self.label = label
        self.sourceFile = sourceFile ?? key
        self.actor = actor
        self.attributes = attributes
    }

    /// The same gait under another label.
    package func labelled(_ label: Int) -> LabelledGait {
        LabelledGait(
            key: key, gait: gait, label: label, sourceFile: sourceFile, actor: actor, attributes: attributes)
    }

    /// What the data set calls this value: the label itself, the recording, the actor, or a column of the
    /// manifest; nil where there is none. For grouping and splitting by a name given on a command line.
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

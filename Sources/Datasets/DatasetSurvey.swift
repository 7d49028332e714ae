import Gait

/// What is in a folder of labelled gaits, read as far as it can be: every gait of every pair of files, or what is
/// wrong with it. For looking at a folder and for taking in others'; to train on one, ``GaitDataset`` reads it.
package struct DatasetSurvey: Sendable, Equatable, Codable {
    /// A file of features, the file of labels that belongs to it, and the gaits of both.
    package struct Part: Sendable, Equatable, Codable {
        /// What stands between `features` and `.h5` in the file's name, without a leading underscore: empty for
        /// `features.h5`, `ELMD` for `features_ELMD.h5`.
        package let name: String
        /// The files' names. Nil where the labels have none.
        package let featuresFile: String
        package let labelsFile: String?
        /// The labels' names in order; nil where the files do not tell them.
        package var labelNames: [String]?
        /// What is wrong with the files as a whole, as sentences.
        package var faults: [String] = []
        /// In the order of their keys.
        package var gaits: [SurveyedGait] = []

        /// A pair of files whose gaits are still to come.
        package init(name: String, featuresFile: String, labelsFile: String?) {
            (self.name, self.featuresFile, self.labelsFile) = (name, featuresFile, labelsFile)
        }

        /// What the part without a name is called.
        package static let mainName = "main"

        /// The name, or what stands for it.
        package var shownName: String { name.isEmpty ? Self.mainName : name }
    }

    /// The most numbers that the gaits of a folder have together.
    package static let mostNumbers = DatasetLimits.totalFrames * Gait.valuesPerFrame

    /// In the order of their names.
    package var parts: [Part] = []
    /// The names of HDF5 files in the folder that are neither features nor labels of gaits.
    package var strangers: [String] = []
    /// What is wrong with the folder or its manifest, as sentences.
    package var faults: [String] = []

    /// Of nothing yet.
    package init() {}
}

/// What is under a key: unchecked coordinates and an unchecked label.
package struct SurveyedGait: Sendable, Equatable, Codable {
    package let key: String
    /// 48 a frame, whatever their values; empty where they cannot be read.
    package var coordinates: [Float] = []
    /// A class's number, or a number for each class; empty where there is none.
    package var label: [Double] = []
    /// Of the manifest's row, where there is one.
    package var sourceFile: String?
    package var actor: String?
    package var attributes: [String: String] = [:]
    /// Why coordinates or label are missing, as a sentence.
    package var fault: String?

    package init(key: String) {
        self.key = key
    }

    /// A gait of a data set, as if it had been read again.
    package init(_ gait: LabelledGait) {
        key = gait.key
        coordinates = gait.gait.coordinates
        label = [Double(gait.label)]
        sourceFile = gait.sourceFile
        actor = gait.actor
        attributes = gait.attributes
    }

    package var frames: Int { coordinates.count / Gait.valuesPerFrame }

    /// The class of the label: a whole number, or the only largest of a number for each class. Nil of any other.
    package var labelIndex: Int? {
        guard label.count > 1 else { return label.first.flatMap(Int.init(exactly:)) }
        guard let largest = label.max(), label.count(where: { $0 == largest }) == 1 else { return nil }
        return label.firstIndex(of: largest)
    }
}

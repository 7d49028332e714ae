import Foundation
import Gait

/// Everything readable in a folder of labeled gaits: every gait of every pair of files, or its fault. For checking and
/// importing folders; ``GaitDataset`` reads a folder to train on.
package struct DatasetSurvey: Sendable, Equatable {
    /// A file of features, its file of labels, and their gaits.
    package struct Part: Sendable, Equatable {
        /// The part of the file's name between `features` and `.h5`, without a leading underscore: empty for
        /// `features.h5`, `ELMD` for `features_ELMD.h5`.
        package let name: String
        /// The files' names. Nil if there is no file of labels.
        package let featuresFile: String
        package let labelsFile: String?
        /// The labels' names in order; nil if the files do not say.
        package var labelNames: [String]?
        /// Faults of the files as a whole, as sentences.
        package var faults: [String] = []
        /// Ordered by key.
        package var gaits: [SurveyedGait] = []

        /// The displayed name of the part without a name.
        package static let mainName = "main"

        /// The displayed name.
        package var shownName: String { name.isEmpty ? Self.mainName : name }
    }

    /// Ordered by name.
    package var parts: [Part] = []
    /// The names of HDF5 files in the folder that are neither features nor labels.
    package var strangers: [String] = []
    /// Faults of the folder or its manifest, as sentences.
    package var faults: [String] = []
}

/// The contents of a key: unchecked coordinates and an unchecked label.
package struct SurveyedGait: Sendable, Equatable {
    package let key: String
    /// 48 per frame, with any values; empty if unreadable.
    package var coordinates: [Float] = []
    /// The number of a class, or one number per class; empty if there is none.
    package var label: [Double] = []
    /// From the manifest's row, if there is one.
    package var sourceFile: String?
    package var actor: String?
    package var attributes: [String: String] = [:]
    /// Why the coordinates or the label are missing, as a sentence.
    package var fault: String?

    /// The recording that the gait was cut from; the key if none is known.
    package var recording: String { sourceFile ?? key }

    package var frames: Int { coordinates.count / Gait.valuesPerFrame }

    /// The class of the label: an integer, or the unique largest of one number per class; otherwise nil.
    package var labelIndex: Int? {
        guard label.count > 1 else { return label.first.flatMap(Int.init(exactly:)) }
        guard let largest = label.max(), label.count(where: { $0 == largest }) == 1 else { return nil }
        return label.firstIndex(of: largest)
    }
}

extension SurveyedGait {
    /// A gait of a data set, as a survey would read it.
    package init(_ gait: LabelledGait) {
        key = gait.key
        coordinates = gait.gait.coordinates
        label = [Double(gait.label)]
        sourceFile = gait.sourceFile
        actor = gait.actor
        attributes = gait.attributes
    }
}

// MARK: - Reading

extension DatasetSurvey {
    /// Reads every pair of `features*.h5` and `labels*.h5` in a folder, and its manifest. Problems become faults of the
    /// folder, a pair or a gait; the bounds are those of ``GaitDataset``.
    ///
    /// - Parameter opening: receives the path of each file before it is opened.
    /// - Throws: `DatasetError` if the folder cannot be listed or exceeds the bounds.
    package init(of directory: String, opening: (String) -> Void) throws(DatasetError) {
        let folder = URL(filePath: directory, directoryHint: .isDirectory)
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: directory)
                .filter { $0.hasSuffix(Self.ending) }.sorted()
        } catch {
            throw .unreadable(file: directory, reason: "the folder does not exist or cannot be read")
        }
        self.init()
        strangers = names.filter { Self.suffix(of: $0, after: Self.features) == nil }
        var frames = 0
        var gaits = 0
        for name in names {
            guard let suffix = Self.suffix(of: name, after: Self.features) else { continue }
            let labels = Self.labels + suffix + Self.ending
            strangers.removeAll { $0 == labels }
            var part = Part(
                name: String(suffix.drop { $0 == "_" }), featuresFile: name,
                labelsFile: names.contains(labels) ? labels : nil)
            part.read(in: folder, frames: &frames, opening: opening)
            gaits += part.gaits.count
            guard gaits <= DatasetLimits.gaits else {
                throw .tooLarge(file: directory, what: "gaits", limit: DatasetLimits.gaits)
            }
            guard frames <= DatasetLimits.totalFrames else {
                throw .tooLarge(file: directory, what: "frames", limit: DatasetLimits.totalFrames)
            }
            parts.append(part)
        }
        guard !parts.isEmpty else {
            throw .unreadable(file: directory, reason: "there is no features.h5 in it")
        }
        for name in strangers where Self.suffix(of: name, after: Self.labels) != nil {
            faults.append("\(directory): \(name) has labels but no file with their gaits")
        }
        strangers.removeAll { Self.suffix(of: $0, after: Self.labels) != nil }
        readManifest(folder.appending(path: DatasetNames.manifest).path(percentEncoded: false), opening)
    }

    private static let features = "features"
    private static let labels = "labels"
    private static let ending = ".h5"

    /// The part of a file's name between the beginning and the ending.
    private static func suffix(of name: String, after beginning: String) -> String? {
        guard name.hasPrefix(beginning), name.hasSuffix(ending) else { return nil }
        return String(name.dropFirst(beginning.count).dropLast(ending.count))
    }

    private mutating func readManifest(_ path: String, _ opening: (String) -> Void) {
        opening(path)
        do {
            guard let manifest = try Manifest.read(from: path) else { return }
            for part in parts.indices {
                for gait in parts[part].gaits.indices {
                    guard let entry = manifest.entries[parts[part].gaits[gait].key] else { continue }
                    parts[part].gaits[gait].sourceFile = entry.sourceFile
                    parts[part].gaits[gait].actor = entry.actor
                    parts[part].gaits[gait].attributes = entry.attributes
                }
            }
        } catch {
            faults.append(error.description)
        }
    }
}

extension DatasetSurvey.Part {
    /// Reads the pair of files.
    fileprivate mutating func read(
        in folder: URL, frames: inout Int, opening: (String) -> Void
    ) {
        func path(_ name: String) -> String {
            let path = folder.appending(path: name).path(percentEncoded: false)
            opening(path)
            return path
        }
        do throws(DatasetError) {
            let features = try GaitFile(features: path(featuresFile))
            let labels = labels(features, labelsFile.map(path))
            let labelled = Set(labels?.keys ?? [])
            opening(features.path)
            for key in features.keys where frames <= DatasetLimits.totalFrames {
                var gait = SurveyedGait(key: key)
                do throws(DatasetError) {
                    gait.coordinates = try features.coordinates(of: key)
                    if let labels, labelled.contains(key) { gait.label = try labels.numbers(of: key) }
                } catch {
                    gait.fault = error.description
                }
                frames += gait.frames
                gaits.append(gait)
            }
        } catch {
            faults.append(error.description)
        }
    }

    /// Opens the file of labels and records its faults as a whole.
    private mutating func labels(_ features: GaitFile, _ path: String?) -> GaitFile? {
        guard let path else { return nil }
        do throws(DatasetError) {
            let labels = try GaitFile(labels: path)
            let strays = Set(labels.keys).subtracting(features.keys).sorted()
            if let first = strays.first {
                let error = DatasetError.missingKey(file: features.path, key: first)
                let others = strays.count == 1 ? "" : ", nor \(strays.count - 1) other keys of \(path)"
                faults.append(error.description + others)
            }
            do throws(DatasetError) {
                labelNames = try labels.names(or: features)
            } catch {
                // Missing names may come from elsewhere; wrong ones are a fault.
                guard case .missingLabelNames = error else {
                    faults.append(error.description)
                    return labels
                }
            }
            return labels
        } catch {
            faults.append(error.description)
            return nil
        }
    }
}

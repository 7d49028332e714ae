import Foundation
import Gait

extension GaitDataset {
    /// Reads a folder in the E-Gait form.
    ///
    /// Coordinates may be float32 or float64, labels any kind of number. Without a manifest, or a row in it,
    /// a gait is its own recording. Holds at most 100,000 gaits of at most 100,000 frames, and 10,000,000
    /// frames in all.
    ///
    /// - Throws: `DatasetError` naming the file, the gait's key and what is wrong.
    package init(contentsOf directory: String) throws(DatasetError) {
        let folder = URL(filePath: directory, directoryHint: .isDirectory)
        let features = try FeaturesFile(
            folder.appending(path: DatasetNames.features).path(percentEncoded: false))
        let labels = try LabelsFile(folder.appending(path: DatasetNames.labels).path(percentEncoded: false))
        let names = try labels.names(or: features)
        let manifest = try Manifest.read(
            from: folder.appending(path: DatasetNames.manifest).path(percentEncoded: false))
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

/// Opens an HDF5 file and lists its keys, or says why not.
private func openListing(_ path: String) throws(DatasetError) -> (file: HDF5File, keys: [String]) {
    guard FileManager.default.fileExists(atPath: path) else {
        throw .unreadable(file: path, reason: "there is no such file")
    }
    guard FileManager.default.isReadableFile(atPath: path) else {
        throw .unreadable(file: path, reason: "the file may not be read")
    }
    guard let file = HDF5File(reading: path) else {
        throw .unreadable(file: path, reason: "not an HDF5 file, or a damaged one")
    }
    guard let keys = file.keys(limit: DatasetLimits.gaits) else {
        throw .unreadable(file: path, reason: "its keys cannot be listed; the file is damaged")
    }
    guard keys.count <= DatasetLimits.gaits else {
        throw .tooLarge(file: path, what: "gaits", limit: DatasetLimits.gaits)
    }
    return (file, keys)
}

/// `features.h5`, open for reading.
private struct FeaturesFile {
    let path: String
    let file: HDF5File
    let keys: [String]

    init(_ path: String) throws(DatasetError) {
        self.path = path
        (file, keys) = try openListing(path)
        guard !keys.isEmpty else { throw .empty(file: path) }
    }

    /// The gait under a key, `[T, 48]` with T within bounds.
    func gait(of key: String) throws(DatasetError) -> Gait {
        guard let description = file.describe(key) else {
            throw .wrongType(file: path, key: key, expected: "a data set")
        }
        let shape = description.shape
        guard shape.count == 2, shape[1] == Gait.valuesPerFrame, shape[0] > 0 else {
            throw .wrongShape(file: path, key: key, expected: "[frames, 48]", found: shape)
        }
        guard shape[0] <= DatasetLimits.frames else {
            throw .tooLarge(file: path, what: "frames under \"\(key)\"", limit: DatasetLimits.frames)
        }
        guard description.kind == .floatingPoint else {
            throw .wrongType(file: path, key: key, expected: "of floating-point numbers")
        }
        guard let values = file.floats(key, count: shape[0] * shape[1]) else {
            throw .unreadableValues(file: path, key: key)
        }
        do {
            return try Gait(coordinates: values)
        } catch {
            throw .invalidGait(file: path, key: key, reason: error)
        }
    }
}

/// `labels.h5`, open for reading.
private struct LabelsFile {
    let path: String
    let file: HDF5File
    let keys: [String]

    init(_ path: String) throws(DatasetError) {
        self.path = path
        (file, keys) = try openListing(path)
    }

    /// The label names in order, from this file or else from the other one.
    func names(or features: FeaturesFile) throws(DatasetError) -> [String] {
        let text =
            file.text(attribute: DatasetNames.labelNames)
            ?? features.file.text(attribute: DatasetNames.labelNames)
        guard let text else { throw .missingLabelNames(file: path) }
        let names = text.split(separator: ",", omittingEmptySubsequences: false).map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        guard !names.contains(""), Set(names).count == names.count else {
            throw .invalidLabelNames(file: path, names: names)
        }
        return names
    }

    /// The label under a key: one number of any kind that is a whole number below `count`.
    func label(of key: String, count: Int) throws(DatasetError) -> Int {
        guard let description = file.describe(key) else { throw .missingKey(file: path, key: key) }
        guard description.shape.allSatisfy({ $0 == 1 }) else {
            throw .wrongShape(file: path, key: key, expected: "of one number", found: description.shape)
        }
        guard description.kind != .other else {
            throw .wrongType(file: path, key: key, expected: "a number")
        }
        guard let value = file.number(key) else { throw .unreadableValues(file: path, key: key) }
        guard let label = Int(exactly: value), (0..<count).contains(label) else {
            throw .invalidLabel(file: path, key: key, value: value, labels: count)
        }
        return label
    }
}

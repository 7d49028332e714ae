import Foundation
import Gait

/// An open `features.h5` or `labels.h5`, or another file of their formats: a gait's `[T, 48]` coordinates or its label under
/// each key.
struct GaitFile {
    let path: String
    let file: HDF5File
    let keys: [String]

    /// Opens a file of features, which has at least one gait.
    init(features path: String) throws(DatasetError) {
        try self.init(labels: path)
        guard !keys.isEmpty else { throw .empty(file: path) }
    }

    /// Opens a file of labels.
    init(labels path: String) throws(DatasetError) {
        self.path = path
        guard FileManager.default.fileExists(atPath: path) else {
            throw .unreadable(file: path, reason: "there is no such file")
        }
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw .unreadable(file: path, reason: "the file may not be read")
        }
        guard let file = HDF5File(reading: path) else {
            throw .unreadable(file: path, reason: HDF5File.openingFault)
        }
        guard let keys = file.keys(limit: DatasetLimits.gaits) else {
            throw .unreadable(file: path, reason: "its keys cannot be listed; the file is damaged")
        }
        guard keys.count <= DatasetLimits.gaits else {
            throw .tooLarge(file: path, what: "gaits", limit: DatasetLimits.gaits)
        }
        (self.file, self.keys) = (file, keys)
    }
}

extension GaitFile {
    /// Why the values under a key cannot be read.
    private func unreadableValues(of key: String) -> DatasetError {
        file.missingFilter(of: key).map { .missingFilter(file: path, key: key, filter: $0) }
            ?? .unreadableValues(file: path, key: key)
    }
}

// MARK: - Features

extension GaitFile {
    /// The numbers under a key, 48 per frame, with any values; the number of frames is within bounds.
    func coordinates(of key: String) throws(DatasetError) -> [Float] {
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
            throw unreadableValues(of: key)
        }
        return values
    }

    /// The gait under a key.
    func gait(of key: String) throws(DatasetError) -> Gait {
        let values = try coordinates(of: key)
        do {
            return try Gait(coordinates: values)
        } catch {
            throw .invalidGait(file: path, key: key, reason: error)
        }
    }
}

// MARK: - Labels

extension GaitFile {
    /// The most numbers in a label, one per class.
    private static let longestLabel = 1000

    /// The label names in order, from this file or otherwise from the features.
    func names(or features: GaitFile) throws(DatasetError) -> [String] {
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

    /// The label under a key: one number of any kind, whose value is an integer below `count`.
    func label(of key: String, count: Int) throws(DatasetError) -> Int {
        let numbers = try numbers(of: key)
        guard numbers.count == 1 else {
            throw .wrongShape(
                file: path, key: key, expected: "of one number", found: file.describe(key)?.shape ?? [])
        }
        guard let label = Int(exactly: numbers[0]), (0..<count).contains(label) else {
            throw .invalidLabel(file: path, key: key, value: numbers[0], labels: count)
        }
        return label
    }

    /// The numbers under a key: the number of a class, or one number per class.
    func numbers(of key: String) throws(DatasetError) -> [Double] {
        guard let description = file.describe(key) else { throw .missingKey(file: path, key: key) }
        let extents = description.shape.filter { $0 != 1 }
        let count = extents.first ?? 1
        guard extents.count <= 1, (1...Self.longestLabel).contains(count) else {
            throw .wrongShape(file: path, key: key, expected: "of one number", found: description.shape)
        }
        guard description.kind != .other else {
            throw .wrongType(file: path, key: key, expected: "a number")
        }
        guard let numbers = file.numbers(key, count: count) else {
            throw unreadableValues(of: key)
        }
        return numbers
    }
}

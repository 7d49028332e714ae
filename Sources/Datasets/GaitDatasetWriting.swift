import Foundation
import Gait

extension GaitDataset {
    /// Writes the data set as a folder in E-Gait's format, with a manifest.
    ///
    /// The files go into a temporary folder beside it, which is then renamed: the folder appears complete or not at all.
    /// An existing folder must be empty.
    ///
    /// - Parameter suffix: precedes `.h5` in the names of the HDF5 files.
    /// - Throws: `DatasetError` naming the folder or file; then nothing is left behind.
    package func write(to directory: String, suffix: String = "") throws(DatasetError) {
        try checkWritable(folder: directory)
        try Self.checkVacant(directory)
        let folder = URL(filePath: directory, directoryHint: .isDirectory).standardizedFileURL
        let manager = FileManager.default
        let partial = folder.deletingLastPathComponent()
            .appending(path: ".\(folder.lastPathComponent).\(UUID().uuidString).partial")
        do {
            try manager.createDirectory(at: partial, withIntermediateDirectories: true)
        } catch {
            throw .unwritable(file: directory, reason: error.localizedDescription)
        }
        do {
            try writeFiles(in: partial, suffix: suffix)
            try moveFolder(from: partial, to: folder)
        } catch {
            try? manager.removeItem(at: partial)
            throw error
        }
    }

    /// Checks in advance that a folder is free to take a data set.
    ///
    /// - Throws: `DatasetError.notEmpty`.
    package static func checkVacant(_ directory: String) throws(DatasetError) {
        let contents = try? FileManager.default.contentsOfDirectory(atPath: directory)
        guard contents?.isEmpty != false else { throw .notEmpty(folder: directory) }
    }

    private func checkWritable(folder: String) throws(DatasetError) {
        guard !gaits.isEmpty else { throw .empty(file: folder) }
        guard gaits.count <= DatasetLimits.gaits else {
            throw .tooLarge(file: folder, what: "gaits", limit: DatasetLimits.gaits)
        }
        guard !labelNames.isEmpty, Set(labelNames).count == labelNames.count,
            labelNames.allSatisfy({ !$0.isEmpty && !$0.contains(",") })
        else { throw .invalidLabelNames(file: folder, names: labelNames) }
        var seen: Set<String> = []
        for gait in gaits {
            guard !gait.key.isEmpty, gait.key != ".", !gait.key.contains("/"), !gait.key.contains("\0") else {
                throw .invalidKey(folder: folder, key: gait.key, reason: "cannot name a data set in HDF5")
            }
            guard seen.insert(gait.key).inserted else {
                throw .invalidKey(folder: folder, key: gait.key, reason: "occurs twice")
            }
            guard labelNames.indices.contains(gait.label) else {
                throw .invalidLabel(
                    file: folder, key: gait.key, value: Double(gait.label), labels: labelNames.count)
            }
            guard gait.gait.frames <= DatasetLimits.frames else {
                throw .tooLarge(
                    file: folder, what: "frames under \"\(gait.key)\"", limit: DatasetLimits.frames)
            }
        }
    }

    private func writeFiles(in folder: URL, suffix: String) throws(DatasetError) {
        try writeHDF5(folder.appending(path: "features\(suffix).h5")) { file in
            gaits.allSatisfy { gait in
                file.write(
                    gait.gait.coordinates, rows: gait.gait.frames, columns: Gait.valuesPerFrame,
                    key: gait.key)
            }
        }
        try writeHDF5(folder.appending(path: "labels\(suffix).h5")) { file in
            gaits.allSatisfy { file.write(Int32($0.label), key: $0.key) }
        }
        let manifest = folder.appending(path: DatasetNames.manifest)
        do {
            try Data(Manifest.text(of: self).utf8).write(to: manifest)
        } catch {
            throw .unwritable(file: manifest.path(percentEncoded: false), reason: error.localizedDescription)
        }
    }

    private func writeHDF5(_ url: URL, content: (HDF5File) -> Bool) throws(DatasetError) {
        let path = url.path(percentEncoded: false)
        guard let file = HDF5File(creating: path) else {
            throw .unwritable(file: path, reason: "cannot be created")
        }
        guard file.write(attribute: DatasetNames.labelNames, text: labelNames.joined(separator: ",")),
            file.write(attribute: "units", text: "m, y-up, right-handed, world, 30 fps"),
            content(file), file.flush()
        else {
            throw .unwritable(file: path, reason: "libhdf5 refused the values (is the disk full?)")
        }
    }

    private func moveFolder(from partial: URL, to folder: URL) throws(DatasetError) {
        // rename(2) replaces an empty folder atomically; FileManager refuses.
        let status = rename(partial.path(percentEncoded: false), folder.path(percentEncoded: false))
        guard status == 0 else {
            let reason = String(cString: strerror(errno))
            throw .unwritable(file: folder.path(percentEncoded: false), reason: reason)
        }
    }
}

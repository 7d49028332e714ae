import Foundation

/// Where the bytes of a pose model are: a file, or a part of one.
package struct PoseModelFile: Equatable, Sendable {
    /// The file.
    package let path: String
    /// The bytes of the file that are the model; nil for all.
    package let bytes: Range<Int>?

    package init(path: String, bytes: Range<Int>? = nil) {
        (self.path, self.bytes) = (path, bytes)
    }

    /// The largest file that is read: the heaviest bundle has some 30 MB.
    package static let largestBytes = 64 << 20

    /// The model's bytes.
    ///
    /// - Throws: ``PerceptionError/file(path:reason:)``.
    func read() throws(PerceptionError) -> [UInt8] {
        let all = try Self.contents(of: path)
        guard let bytes else { return all }
        guard bytes.upperBound <= all.count else {
            throw .file(path: path, reason: "it has \(all.count) bytes, bytes \(bytes) were the model")
        }
        return Array(all[bytes])
    }

    /// All bytes of a file that is no larger than ``largestBytes``.
    static func contents(of path: String) throws(PerceptionError) -> [UInt8] {
        let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path(percentEncoded: false)
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: resolved) else {
            throw .file(path: path, reason: "no such file")
        }
        // A pipe or a device could be read for ever.
        guard attributes[.type] as? FileAttributeType == .typeRegular else {
            throw .file(path: path, reason: "it is not a file")
        }
        let size = (attributes[.size] as? NSNumber)?.intValue ?? 0
        guard size <= largestBytes else {
            throw .file(path: path, reason: "it has \(size) bytes, pose models have \(largestBytes) at most")
        }
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: resolved)) else {
            throw .file(path: path, reason: "it cannot be read")
        }
        return [UInt8](data)
    }
}

import Foundation

/// The location of a pose model: a file, or a part of one.
package struct PoseModelFile: Equatable, Sendable {
    package let path: String
    /// The model's bytes within the file; nil for all.
    package let bytes: Range<Int>?

    package init(path: String, bytes: Range<Int>? = nil) {
        (self.path, self.bytes) = (path, bytes)
    }

    /// The largest accepted file: the heaviest bundle has about 30 MB.
    package static let largestBytes = 64 << 20

    /// The model's bytes.
    ///
    /// - Throws: ``PerceptionError/file(path:reason:)``.
    func read() throws(PerceptionError) -> [UInt8] {
        let all = try Self.contents(of: path)
        guard let bytes else { return all }
        guard bytes.upperBound <= all.count else {
            throw .file(path: path, reason: "it has \(all.count) bytes, the model was in \(bytes)")
        }
        return Array(all[bytes])
    }

    /// Why nothing was found at a path: it is absent, or may not be looked at.
    fileprivate static func absence(of path: String, _ text: String) -> String {
        access(path, F_OK) == 0 || errno == ENOENT ? text : String(cString: strerror(errno)).lowercased()
    }

    /// All bytes of a file of at most ``largestBytes``.
    static func contents(of path: String) throws(PerceptionError) -> [UInt8] {
        let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path(percentEncoded: false)
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: resolved) else {
            throw .file(path: path, reason: Self.absence(of: path, "no such file"))
        }
        // A read from a pipe or a device might never end.
        guard attributes[.type] as? FileAttributeType == .typeRegular else {
            throw .file(path: path, reason: "it is not a file")
        }
        let size = (attributes[.size] as? NSNumber)?.intValue ?? 0
        guard size <= largestBytes else {
            throw .file(path: path, reason: "it has \(size) bytes; pose models have at most \(largestBytes)")
        }
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: resolved)) else {
            throw .file(path: path, reason: "it cannot be read")
        }
        return [UInt8](data)
    }
}

/// The sizes of BlazePose's landmark network.
package enum LandmarkModel: String, CaseIterable, Sendable {
    /// The smallest one, or what else there is.
    case lite
    /// The middle one: more exact, and slower.
    case full

    /// The network's file names, the best first: MediaPipe's published ones, and the one in its bundles.
    fileprivate var names: [String] {
        let bundled = "pose_landmarks_detector.tflite"
        return switch self {
        case .lite: [Self.lite.name, bundled, Self.full.name, "pose_landmark_heavy.tflite"]
        case .full: [Self.full.name, bundled]
        }
    }

    /// MediaPipe's published file name.
    package var name: String { "pose_landmark_\(rawValue).tflite" }
}

/// The two models that camera frames need, from a folder or from one of MediaPipe's `.task` bundles.
package struct PoseModelFiles: Equatable, Sendable {
    /// For ``PoseDetector``.
    package let detector: PoseModelFile
    /// For ``PoseLandmarker``.
    package let landmarker: PoseModelFile

    /// The detector's file names: MediaPipe's published one, and the one in its bundles.
    private static let detectorNames = ["pose_detection.tflite", "pose_detector.tflite"]
    private static let bundleExtension = "task"

    /// Finds the models.
    ///
    /// - Parameters:
    ///   - path: a folder with both files or with a bundle, or a bundle.
    ///   - landmarks: which landmark network.
    /// - Throws: ``PerceptionError/missingModels(path:names:)``, ``PerceptionError/file(path:reason:)``,
    ///   ``PerceptionError/malformedBundle(path:reason:)``. The models' contents are not checked.
    package init(in path: String, landmarks: LandmarkModel = .lite) throws(PerceptionError) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw .file(path: path, reason: PoseModelFile.absence(of: path, "no such file or folder"))
        }
        guard isFolder.boolValue else {
            self = try Self(bundle: path, landmarks)
            return
        }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw .file(path: path, reason: "the folder cannot be read")
        }
        let folder = URL(filePath: path, directoryHint: .isDirectory)
        let files = names.map {
            ($0, PoseModelFile(path: folder.appending(path: $0).path(percentEncoded: false)))
        }
        do throws(PerceptionError) {
            try self.init(Dictionary(uniqueKeysWithValues: files), landmarks, in: path)
        } catch {
            let bundles = files.filter { $0.0.hasSuffix(".\(Self.bundleExtension)") }
            guard let bundle = bundles.min(by: { $0.0 < $1.0 }) else { throw error }
            self = try Self(bundle: bundle.1.path, landmarks)
        }
    }

    private init(bundle path: String, _ landmarks: LandmarkModel) throws(PerceptionError) {
        let members = try TaskBundle(try PoseModelFile.contents(of: path), path: path).members
        try self.init(members.mapValues { PoseModelFile(path: path, bytes: $0) }, landmarks, in: path)
    }

    /// The first of each network's names that a folder or bundle has.
    private init(
        _ files: [String: PoseModelFile], _ landmarks: LandmarkModel, in path: String
    ) throws(PerceptionError) {
        let detector = Self.detectorNames.lazy.compactMap { files[$0] }.first
        let landmarker = landmarks.names.lazy.compactMap { files[$0] }.first
        guard let detector, let landmarker else {
            let names =
                (detector == nil ? Self.detectorNames.prefix(1) : [])
                + (landmarker == nil ? [landmarks.name] : [])
            throw .missingModels(path: path, names: Array(names))
        }
        (self.detector, self.landmarker) = (detector, landmarker)
    }
}

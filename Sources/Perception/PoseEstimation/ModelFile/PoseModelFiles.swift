import Foundation

/// The two models that camera frames need, found in a folder or in one of MediaPipe's `.task` bundles.
package struct PoseModelFiles: Equatable, Sendable {
    /// For ``PoseDetector``.
    package let detector: PoseModelFile
    /// For ``PoseLandmarker``.
    package let landmarker: PoseModelFile

    /// The names of the detector in a folder: as MediaPipe publishes it, and as its bundles have it.
    private static let detectorNames = ["pose_detection.tflite", "pose_detector.tflite"]
    /// The names of the landmark network, the lightest first.
    private static let landmarkerNames = [
        "pose_landmark_lite.tflite", "pose_landmarks_detector.tflite", "pose_landmark_full.tflite",
        "pose_landmark_heavy.tflite",
    ]
    private static let bundleExtension = "task"

    /// Finds the models.
    ///
    /// - Parameter path: a folder with both files, or with a bundle; or a bundle.
    /// - Throws: ``PerceptionError/missingModels(path:names:)``, ``PerceptionError/file(path:reason:)``,
    ///   ``PerceptionError/malformedBundle(path:reason:)``. What is in the models is not looked at.
    package init(in path: String) throws(PerceptionError) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw .file(path: path, reason: "no such file or folder")
        }
        guard isFolder.boolValue else {
            self = try Self(bundle: path)
            return
        }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw .file(path: path, reason: "the folder cannot be read")
        }
        func first(_ wanted: [String]) -> PoseModelFile? {
            wanted.first(where: names.contains).map { PoseModelFile(path: Self.path($0, in: path)) }
        }
        let (detector, landmarker) = (first(Self.detectorNames), first(Self.landmarkerNames))
        if let detector, let landmarker {
            (self.detector, self.landmarker) = (detector, landmarker)
        } else if let bundle = names.filter({ $0.hasSuffix(".\(Self.bundleExtension)") }).min() {
            self = try Self(bundle: Self.path(bundle, in: path))
        } else {
            throw Self.missing(detector, landmarker, in: path)
        }
    }

    private init(bundle path: String) throws(PerceptionError) {
        let members = try TaskBundle(try PoseModelFile.contents(of: path), path: path).members
        func first(_ wanted: [String]) -> PoseModelFile? {
            wanted.lazy.compactMap { members[$0] }.first.map { PoseModelFile(path: path, bytes: $0) }
        }
        let (detector, landmarker) = (first(Self.detectorNames), first(Self.landmarkerNames))
        guard let detector, let landmarker else { throw Self.missing(detector, landmarker, in: path) }
        (self.detector, self.landmarker) = (detector, landmarker)
    }

    private static func path(_ name: String, in folder: String) -> String {
        URL(filePath: folder, directoryHint: .isDirectory).appending(path: name).path(percentEncoded: false)
    }

    private static func missing(
        _ detector: PoseModelFile?, _ landmarker: PoseModelFile?, in path: String
    ) -> PerceptionError {
        let names =
            (detector == nil ? detectorNames.prefix(1) : [])
            + (landmarker == nil ? landmarkerNames.prefix(1) : [])
        return .missingModels(path: path, names: Array(names))
    }
}

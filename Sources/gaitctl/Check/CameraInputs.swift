import ArgumentParser
import Foundation
import GaitNode
import Perception

/// The JPEG files named on a command line, in order; a folder's files by name.
struct FrameFiles {
    /// The largest accepted file, bytes; frames over MQTT are smaller.
    static let mostBytes = 64 << 20
    private static let extensions: Set<String> = ["jpg", "jpeg"]

    let urls: [URL]

    /// - Throws: `CommandFailure.failure` for absent files and for folders without frames.
    init(_ paths: [String]) throws(CommandFailure) {
        var urls: [URL] = []
        for path in paths {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw .failure("\(path): no such file or folder")
            }
            guard isFolder.boolValue else {
                urls.append(URL(filePath: path))
                continue
            }
            guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
                throw .failure("\(path): the folder cannot be read")
            }
            let folder = URL(filePath: path, directoryHint: .isDirectory)
            let frames = names.map { folder.appending(path: $0) }
                .filter { Self.extensions.contains($0.pathExtension.lowercased()) }
            guard !frames.isEmpty else { throw .failure("\(path) has no .jpg files") }
            urls += frames.sorted { $0.lastPathComponent < $1.lastPathComponent }
        }
        self.urls = urls
    }

    /// The first name that two files share; nil if all differ.
    var sharedName: String? {
        var names: Set<String> = []
        return urls.map(\.lastPathComponent).first { !names.insert($0).inserted }
    }

    /// A file's bytes.
    ///
    /// - Throws: `CommandFailure.failure` if it is unreadable or too large.
    static func bytes(of url: URL) throws(CommandFailure) -> [UInt8] {
        let values = try? url.resourceValues(forKeys: [.fileSizeKey, .isRegularFileKey])
        guard values?.isRegularFile == true else { throw .failure("\(url.path) is not a file") }
        let size = values?.fileSize ?? 0
        guard size <= mostBytes else {
            throw .failure("\(url.path) has \(size) bytes, too many for a camera's frame")
        }
        guard let data = try? Data(contentsOf: url) else { throw .failure("\(url.path) cannot be read") }
        return [UInt8](data)
    }
}

/// The option for the pose models' location.
struct PoseModelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The folder of the two pose models, or their .task bundle: gaitd's perception.models.",
            valueName: "path"))
    var models = "config/models"

    @Option(help: "The size of the landmark network, lite or full: gaitd's perception.landmarks.")
    var landmarks = LandmarkModel.lite

    /// The name of the estimator in tables of its errors.
    var estimator: String { "blazepose-\(landmarks.rawValue)" }

    /// The networks that find people in frames.
    ///
    /// - Throws: `PerceptionError` if they are damaged, or a `CommandFailure` that explains how to get missing ones.
    func networks() throws -> PoseNetworks {
        let files: PoseModelFiles
        do throws(PerceptionError) {
            files = try PoseModelFiles(in: models, landmarks: landmarks)
        } catch {
            guard let command = error.fetchCommand(landmarks) else { throw error }
            throw CommandFailure.configuration(
                "\(error) '\(command)' downloads the pose models, --models names their folder")
        }
        return PoseNetworks(
            detector: try PoseDetector(files.detector), landmarker: try PoseLandmarker(files.landmarker))
    }
}

extension LandmarkModel: ExpressibleByArgument {}

/// The networks that find people in frames; any number of trackers on one thread may share them.
struct PoseNetworks {
    let detector: PoseDetector
    let landmarker: PoseLandmarker
}

/// The option for the lifter of people in pictures.
struct LiftingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The lifter's file, for people in pictures; \"\" for none. Default: the installed one.",
            valueName: "file"))
    var lifter: String?

    /// The named lifter's file, or the default if there is one; nil if the name is empty.
    var path: String? {
        let path = lifter ?? Self.defaultPath
        return path?.isEmpty == true ? nil : path
    }

    /// The default lifter's file, if there is one.
    static var defaultPath: String? {
        ["config/models/lifter-default.safetensors", InstalledModels.lifter]
            .first(where: FileManager.default.fileExists)
    }

    func lift() throws -> Lift? { try path.map { try LifterLoader.load(URL(filePath: $0)) } }
}

/// The options for what reads people before a camera: the pose models, and the lifter.
struct CameraModelOptions: ParsableArguments {
    @OptionGroup var poseModels: PoseModelOptions
    @OptionGroup var lifting: LiftingOptions

    /// - Throws: As ``PoseModelOptions/networks()``, and what is wrong with the lifter.
    func networks() throws -> CameraNetworks {
        guard let lift = try lifting.lift() else {
            throw CommandFailure.configuration("no lifter is installed; --lifter names its file")
        }
        return CameraNetworks(pose: try poseModels.networks(), lift: lift)
    }
}

/// What finds people in frames, and lifts them.
struct CameraNetworks {
    let pose: PoseNetworks
    let lift: Lift
}

import Foundation

/// Where an installation has the models that came with gaitd: `share/gaitd/models` beside the folder of this program, so
/// that a package's below `/usr` and an administrator's below `/usr/local` each find their own.
enum InstalledModels {
    /// The classifier.
    static let classifier = path("step-default.safetensors")
    /// The generator of synthetic gaits.
    static let generator = path("step-gen-default.safetensors")

    /// - Parameter program: this program's file.
    /// - Returns: The model's path; below `/usr/local`, where `launch/install` puts it, if none lies beside the program.
    static func path(_ name: String, program: String = "/proc/self/exe") -> String {
        let folder = URL(filePath: program).resolvingSymlinksInPath().deletingLastPathComponent()
        let beside = folder.deletingLastPathComponent().appending(path: "share/gaitd/models/\(name)").path
        return FileManager.default.fileExists(atPath: beside)
            ? beside : "/usr/local/share/gaitd/models/\(name)"
    }
}

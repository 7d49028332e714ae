import ArgumentParser
import Foundation
import GaitNode

/// The option for the lifter of people in pictures.
struct LiftingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The lifter's file, for people in pictures. Default: the installed one.", valueName: "file"))
    var lifter: String?

    /// The named lifter, or the default if there is one.
    func lift() throws -> Lift? {
        let defaults = ["config/models/lifter-default.safetensors", InstalledModels.lifter]
        guard let path = lifter ?? defaults.first(where: FileManager.default.fileExists) else { return nil }
        return try LifterLoader.load(URL(filePath: path))
    }
}

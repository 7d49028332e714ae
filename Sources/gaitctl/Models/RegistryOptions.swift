import ArgumentParser
import Storage

/// The options that name a robot's model registry.
struct RegistryOptions: ParsableArguments {
    @Option(
        name: .customLong("registry"), help: ArgumentHelp("The model registry's folder.", valueName: "folder")
    )
    var directory: String

    @Option(
        help: ArgumentHelp(
            "The model that came with gaitd, version 0 (model.path of its configuration).", valueName: "file")
    )
    var packaged = InstalledModels.classifier

    func validate() throws {
        guard !directory.isEmpty else { throw ValidationError("--registry is not empty.") }
    }

    /// - Throws: `StorageError`.
    func registry() throws(StorageError) -> ModelRegistry {
        try ModelRegistry(directory: directory, packaged: packaged)
    }
}

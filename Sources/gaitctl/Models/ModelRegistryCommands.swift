import ArgumentParser
import Foundation
import Storage

/// `gaitctl model list`.
struct ModelListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Print the versions of a model registry and which one serves.",
        discussion: """
            Example:
              gaitctl model list --registry models
            """)

    @OptionGroup var registry: RegistryOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let registry = try registry.registry()
        let report = Report(
            aliases: registry.aliases(), versions: registry.versions(), damaged: registry.damagedVersions())
        try output.emit(report) { report.text }
    }

    private struct Report: Encodable {
        let aliases: ModelAliases
        let versions: [ModelMetadata]
        /// Versions whose metadata cannot be read.
        let damaged: [Int]

        var text: String {
            var rows = [
                ["version", "created", "role", "gaits", "accuracy", "from", "decision"],
                ["0", "packaged", roles(ModelAliases.packaged)],
            ]
            for version in versions {
                rows.append([
                    "\(version.version)", StoreCommand.time(version.created), roles(version.version),
                    "\(version.gaits.count)", TextFormat.decimals(version.metrics["balanced_accuracy"], 3),
                    version.parent.map(String.init) ?? "-",
                    (version.isStale ? "stale; " : "") + (version.decision.isAccepted ? "" : "rejected: ")
                        + version.decision.reason,
                ])
            }
            return (TextFormat.table(rows) + damaged.map { "version \($0) cannot be read" })
                .joined(separator: "\n")
        }

        private func roles(_ version: Int) -> String { aliases.names(of: version).joined(separator: " ") }
    }
}

/// The serving version, which every command that changes roles prints.
private struct ServingReport: Encodable {
    let serving: Int
    let previous: Int?
    let pinned: [Int]
    let sha256: String
}

extension RegistryOptions {
    /// Changes roles.
    fileprivate func change(_ change: (ModelRegistry) throws -> Void) throws -> ServingReport {
        let registry = try registry()
        try change(registry)
        let aliases = registry.aliases()
        return ServingReport(
            serving: aliases.serving, previous: aliases.previous, pinned: aliases.pinned,
            sha256: try registry.model(aliases.serving).sha256)
    }
}

/// `gaitctl model activate`.
struct ModelActivateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate", abstract: "Make a version of the registry serve; 0 is the packaged model.",
        discussion: """
            A running gaitd follows at its next start or after its next retraining. To switch at once, between two \
            batches, send it a request, as in the second example.

            Examples:
              gaitctl model activate 3 --registry models
              gaitctl request model/activate '{"version": 3}'
            """)

    @Argument(help: "The version.")
    var version: Int
    @OptionGroup var registry: RegistryOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try output.emit(registry.change { try $0.activate(version) })
    }
}

/// `gaitctl model rollback`.
struct ModelRollbackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Make the version serve that served before.",
        discussion: """
            A second rollback undoes the first. A running gaitd follows at its next start or after its next retraining. \
            To switch at once, between two batches, send it a request, as in the second example.

            Examples:
              gaitctl model rollback --registry models
              gaitctl request model/rollback
            """)

    @OptionGroup var registry: RegistryOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try output.emit(registry.change { try $0.rollback() })
    }
}

/// `gaitctl model pin`.
struct ModelPinCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pin",
        abstract:
            "Keep a version from being removed and, while it serves, from being replaced by a training.",
        discussion: """
            Examples:
              gaitctl model pin 3 --registry models
              gaitctl model pin 3 --registry models --undo
            """)

    @Argument(help: "The version; 0 is the packaged model.")
    var version: Int
    @Flag(help: "Unpin it.")
    var undo = false
    @OptionGroup var registry: RegistryOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try output.emit(registry.change { try undo ? $0.unpin(version) : $0.pin(version) })
    }
}

/// The options for a robot's model registry.
struct RegistryOptions: ParsableArguments {
    @Option(
        name: .customLong("registry"), help: ArgumentHelp("The model registry's folder.", valueName: "folder")
    )
    var directory: String

    @Option(
        help: ArgumentHelp(
            "The model shipped with gaitd, version 0 (model.path of its configuration).", valueName: "file")
    )
    var packaged = InstalledModels.classifier

    func validate() throws {
        try require(!directory.isEmpty, "--registry must not be empty.")
    }

    /// - Throws: `StorageError`.
    func registry() throws(StorageError) -> ModelRegistry {
        try ModelRegistry(directory: directory, packaged: packaged)
    }
}

import ArgumentParser
import Foundation
import Gait
import GaitModels
import NeuralNetwork
import Storage

/// `gaitctl model`: shows, verifies, compares and activates models.
struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract: "Show or verify a model file, or choose which version of a registry serves.",
        discussion: """
            Examples:
              gaitctl model show --weights config/models/step-default.safetensors
              gaitctl model list --registry models
              gaitctl model rollback --registry models
            """,
        subcommands: [
            Show.self, ModelVerifyCommand.self, ModelListCommand.self, ModelActivateCommand.self,
            ModelRollbackCommand.self, ModelPinCommand.self, ModelDiffCommand.self,
        ])

    /// `gaitctl model show`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a model file's description.",
            discussion: """
                Examples:
                  gaitctl model show --weights config/models/step-default.safetensors
                  gaitctl model show --registry models --version-number 3
                """)

        @Option(help: ArgumentHelp("The model file.", valueName: "file"))
        var weights: String?

        @Option(help: ArgumentHelp("A model registry's folder, instead of a file.", valueName: "folder"))
        var registry: String?

        @Option(help: ArgumentHelp("A version of the registry. Default: the newest.", valueName: "version"))
        var versionNumber: Int?

        @OptionGroup var output: OutputOptions

        func validate() throws {
            try require((weights == nil) != (registry == nil), "Give either --weights or --registry.")
            try require(versionNumber == nil || registry != nil, "--version-number goes with --registry.")
        }

        /// The file to show, and its metadata in the registry.
        private func chosen() throws -> (path: String, metadata: ModelMetadata?) {
            if let weights { return (weights, nil) }
            let registry = try ModelRegistry(directory: registry ?? "", packaged: "")
            guard let version = versionNumber ?? registry.versions().last?.version else {
                throw CommandFailure.failure("\(registry.directory): the registry is empty")
            }
            let model = try registry.model(version)
            return (model.path, model.metadata)
        }

        func run() throws {
            let (weights, metadata) = try chosen()
            let file = try ModelFile(contentsOf: weights)
            // Builds the whole model, to refuse a file whose tensors do not fit.
            switch file.model.description.kind {
            case .stepGen: _ = try GaitGenerator(file.model, path: weights)
            case .lifter: _ = try Lifter(file.model, path: weights)
            case .step, .svm: _ = try EmotionClassifier(file.model, path: weights)
            }
            let parameters = file.model.tensors.filter { !$0.name.hasSuffix("A") }
            try output.emit(
                Report(
                    sha256: file.sha256, bytes: file.bytes,
                    parameters: parameters.reduce(0) { $0 + $1.values.count },
                    description: file.model.description, registered: metadata),
                // The description's keys are those of the model file.
                keys: .useDefaultKeys)
        }

        private struct Report: Encodable {
            let sha256: String
            let bytes: Int
            let parameters: Int
            let description: ModelDescription
            /// Its metadata in the registry; left out for a file.
            let registered: ModelMetadata?
        }
    }
}

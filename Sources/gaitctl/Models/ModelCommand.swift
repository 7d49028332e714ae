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
            guard (weights == nil) != (registry == nil) else {
                throw ValidationError("Give either --weights or --registry.")
            }
            guard versionNumber == nil || registry != nil else {
                throw ValidationError("--version-number goes with --registry.")
            }
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
            if file.model.description.kind == .stepGen {
                _ = try GaitGenerator(file.model, path: weights)
            } else {
                _ = try EmotionClassifier(file.model, path: weights)
            }
            let report = Report(
                description: file.model.description, registered: metadata, sha256: file.sha256,
                bytes: file.bytes,
                parameters: file.model.tensors.filter { !$0.name.hasSuffix("A") }.reduce(0) {
                    $0 + $1.values.count
                })
            try output.emit(report) { report.text }
        }

        private struct Report: Encodable {
            let description: ModelDescription
            /// Its metadata in the registry; null for a file.
            let registered: ModelMetadata?
            let sha256: String
            let bytes: Int
            let parameters: Int

            var text: String {
                let model = description
                var lines = [
                    "\(model.name) version \(model.version) (\(model.kind.rawValue)), \(parameters) parameters, \(bytes) bytes",
                    "sha256 \(sha256)",
                    "labels: \(model.labels.joined(separator: ", "))",
                ]
                if let generator = model.generator {
                    lines.append(contentsOf: generatorLines(generator))
                } else {
                    lines.append("temperature: \(model.temperature)")
                    lines.append(
                        "abstains below a confidence of: \(model.minimumConfidence.map { "\($0)" } ?? "(not fitted)")"
                    )
                }
                if let step = model.step {
                    let blocks = step.blocks.map { "\($0.width)/\($0.stride) (\($0.residual.rawValue))" }
                    lines.append("layers (channels/stride, residual): \(blocks.joined(separator: ", "))")
                    lines.append(
                        "kernel \(step.kernel), input \(step.input.rawValue), view \(step.normalisation.rawValue), skeleton \(step.skeleton.rawValue), "
                            + "hops \(step.hopDistance.rawValue), networks averaged \(step.members)")
                }
                if let affective = model.affective {
                    lines.append(
                        "affective features: \(affective.features.count), origin \(affective.origin.rawValue)"
                    )
                }
                if let training = model.training {
                    lines.append("trained by: \(training.command)")
                    lines.append(
                        "on \(training.gaits) gaits of \(training.dataset), sha256 \(training.dataHash)")
                    for (name, value) in training.validation.sorted(by: { $0.key < $1.key }) {
                        lines.append("validation \(name): \(String(format: "%.4f", value))")
                    }
                }
                if let registered {
                    lines.append(
                        "started from version \(registered.parent.map(String.init) ?? "-"), trained on \(registered.gaits.count) stored gaits\(registered.isStale ? ", some of them forgotten since" : "")"
                    )
                    lines.append(
                        (registered.decision.isAccepted ? "accepted: " : "rejected: ")
                            + registered.decision.reason)
                }
                return lines.joined(separator: "\n")
            }

            private func generatorLines(_ generator: STEPGenConfiguration) -> [String] {
                let (encoder, decoder) = (generator.encoder.map(\.width), generator.decoder.map(\.width))
                let loss = generator.loss
                return [
                    "encoder \(encoder), latent \(generator.latent), decoder \(decoder), kernel \(generator.kernel)",
                    "motion \(generator.motion.rawValue), phased \(generator.phased), prior \(generator.prior.rawValue), "
                        + "output \(generator.output.rawValue), jointwise \(generator.jointwise)",
                    "loss: push \(loss.push), pull \(loss.pull), divergence \(loss.divergence), bone \(loss.bone), "
                        + "foot \(loss.foot), tempo \(loss.tempo)",
                ]
            }
        }
    }
}

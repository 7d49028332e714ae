import ArgumentParser
import Foundation
import Gait
import GaitModels
import NeuralNetwork

/// `gaitctl model`: what a model file is, and whether it computes what it should.
struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "Show or verify a model file.",
        discussion: """
            Example:
              gaitctl model show --weights config/models/step-default.safetensors
            """,
        subcommands: [Show.self, Verify.self])

    /// `gaitctl model show`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print what a model file says of itself.",
            discussion: """
                Example:
                  gaitctl model show --weights config/models/step-default.safetensors
                """)

        @Option(help: ArgumentHelp("The model file.", valueName: "file"))
        var weights: String

        @OptionGroup var output: OutputOptions

        func run() throws {
            let file = try ModelFile(contentsOf: weights)
            // Builds the whole model, so that a file whose tensors do not fit is refused here too.
            _ = try EmotionClassifier(file.model, path: weights)
            let report = Report(
                description: file.model.description, sha256: file.sha256, bytes: file.bytes,
                parameters: file.model.tensors.filter { $0.name != "A" }.reduce(0) { $0 + $1.values.count })
            try output.emit(report) { report.text }
        }

        private struct Report: Encodable {
            let description: ModelDescription
            let sha256: String
            let bytes: Int
            let parameters: Int

            var text: String {
                let model = description
                var lines = [
                    "\(model.name) version \(model.version) (\(model.kind.rawValue)), \(parameters) parameters, \(bytes) bytes",
                    "sha256 \(sha256)",
                    "labels: \(model.labels.joined(separator: ", "))",
                    "temperature: \(model.temperature)",
                    "abstains below a confidence of: \(model.minimumConfidence.map { "\($0)" } ?? "(not fitted)")",
                ]
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
                return lines.joined(separator: "\n")
            }
        }
    }

    /// `gaitctl model verify`.
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Compare a model's logits with expected ones.",
            discussion: """
                The cases file holds x [N, C, T, V], logits [N, classes] and, optionally, features [N, channels], the \
                pooled features. Exits 1 where an error exceeds --tolerance.

                Example:
                  gaitctl model verify --weights step-baseline-official.safetensors \\
                    --cases step-baseline-official.cases.safetensors
                """)

        @Option(help: ArgumentHelp("The model file.", valueName: "file"))
        var weights: String

        @Option(help: ArgumentHelp("The expected values.", valueName: "file"))
        var cases: String

        @Option(help: "The largest error that passes.")
        var tolerance = 1e-4

        @OptionGroup var output: OutputOptions

        func validate() throws {
            guard tolerance >= 0 else { throw ValidationError("--tolerance is 0 or more, not \(tolerance).") }
        }

        func run() throws {
            BLAS.useThreads(1)
            let classifier = try EmotionClassifier(contentsOf: weights)
            let file: SafeTensors
            do { file = try SafeTensors(contentsOf: cases) } catch {
                throw CommandFailure.failure(error.description)
            }
            guard let input = file["x"], let logits = file["logits"], let batch = input.shape.first,
                !input.values.isEmpty
            else {
                throw CommandFailure.failure("\(cases) lacks x [N, C, T, V] or logits [N, classes]")
            }
            guard let found = classifier.raw(input.values, batch: batch),
                found.logits.count == logits.values.count
            else {
                throw CommandFailure.failure(
                    "\(cases) has x \(input.shape) and logits \(logits.shape), which \(weights) does not compute from a window alone"
                )
            }
            let report = Report(
                cases: batch, maxAbsLogitError: Self.largestError(found.logits, logits.values),
                maxAbsFeatureError: file["features"].map { Self.largestError(found.features, $0.values) })
            try output.emit(report) { report.text }
            guard report.maxAbsLogitError <= tolerance else {
                throw CommandFailure.failure("the logits differ by more than \(tolerance)")
            }
        }

        private static func largestError(_ found: [Float], _ expected: [Float]) -> Double {
            guard found.count == expected.count else { return .greatestFiniteMagnitude }
            return zip(found, expected).reduce(0) { largest, pair in
                let error = abs(Double(pair.0) - Double(pair.1))
                // What is no number is as wrong as can be; infinity cannot be written as JSON.
                return max(largest, error.isFinite ? error : .greatestFiniteMagnitude)
            }
        }

        private struct Report: Encodable {
            let cases: Int
            let maxAbsLogitError: Double
            let maxAbsFeatureError: Double?

            enum CodingKeys: String, CodingKey {
                case cases
                case maxAbsLogitError = "max_abs_logit_error"
                case maxAbsFeatureError = "max_abs_feature_error"
            }

            var text: String {
                "max_abs_logit_error=\(maxAbsLogitError)"
                    + (maxAbsFeatureError.map { " max_abs_feature_error=\($0)" } ?? "") + " cases=\(cases)"
            }
        }
    }
}

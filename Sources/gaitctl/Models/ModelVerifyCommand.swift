import ArgumentParser
import Foundation
import GaitModels
import NeuralNetwork

/// `gaitctl model verify`: whether a model computes what it should.
struct ModelVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compare what a model computes with expected values.",
        discussion: """
            For a classifier the cases file holds x [N, C, T, V], logits [N, classes] and, optionally, features \
            [N, channels], the pooled features. For a generator it holds z [N, latent], label [N, classes] (one-hot) and \
            generated [N, C, T, V], and x [N, C, T, V], mean and logvar [N, latent]. For a pose network (.tflite) it holds \
            input [N, H, W, 3] and an output.NAME for each output that is used. Exits 1 where an error exceeds --tolerance.

            Examples:
              gaitctl model verify --weights step-baseline-official.safetensors \\
                --cases step-baseline-official.cases.safetensors
              gaitctl model verify --weights step-gen-official.safetensors \\
                --cases step-gen-official.cases.safetensors
              gaitctl model verify --weights pose_landmark_lite.tflite \
                --cases pose_landmark_lite.cases.safetensors
            """)

    @Option(help: ArgumentHelp("The model file.", valueName: "file"))
    var weights: String

    @Option(help: ArgumentHelp("The expected values.", valueName: "file"))
    var cases: String

    @Option(help: "The largest error that passes. Default: 1e-4, for a generator 1e-3.")
    var tolerance: Double?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard tolerance ?? 0 >= 0 else {
            throw ValidationError("--tolerance is 0 or more, not \(tolerance ?? 0).")
        }
    }

    func run() throws {
        BLAS.useThreads(1)
        let file: SafeTensors
        do { file = try SafeTensors(contentsOf: cases) } catch {
            throw CommandFailure.failure(error.description)
        }
        if weights.hasSuffix(".tflite") {
            let report = try PoseNetworkReport(weights: weights, cases: cases, file)
            try output.emit(report) { report.text }
            return try refuse(report.largest, above: tolerance ?? 1e-4, "the outputs")
        }
        let model = try ModelFile(contentsOf: weights)
        if model.model.description.kind == .stepGen {
            try verify(GaitGenerator(model.model, path: weights), by: file)
        } else {
            try verify(EmotionClassifier(model.model, path: weights), by: file)
        }
    }

    private func verify(_ classifier: EmotionClassifier, by file: SafeTensors) throws {
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
        let report = ClassifierReport(
            cases: batch, maxAbsLogitError: Self.largestError(found.logits, logits.values),
            maxAbsFeatureError: file["features"].map { Self.largestError(found.features, $0.values) })
        try output.emit(report) { report.text }
        try refuse(report.maxAbsLogitError, above: tolerance ?? 1e-4, "the logits")
    }

    private func verify(_ generator: GaitGenerator, by file: SafeTensors) throws {
        let names = ["z", "label", "generated", "x", "mean", "logvar"]
        let found = names.compactMap { file[$0] }
        guard found.count == names.count, let batch = found[0].shape.first, batch > 0 else {
            throw CommandFailure.failure("\(cases) lacks one of \(names.joined(separator: ", "))")
        }
        let classes = found[1].values.count / batch
        let labels = (0..<batch).map { sample in
            (0..<classes).max {
                found[1].values[sample * classes + $0] < found[1].values[sample * classes + $1]
            } ?? 0
        }
        guard classes == generator.labels.count,
            let made = generator.raw(windows: found[3].values, latents: found[0].values, labels: labels)
        else {
            throw CommandFailure.failure(
                "\(cases) has z \(found[0].shape), label \(found[1].shape) and x \(found[3].shape), which are not what \(weights) takes"
            )
        }
        let report = GeneratorReport(
            cases: batch, generated: Self.largestError(made.generated, found[2].values),
            mean: Self.largestError(made.mean, found[4].values),
            logVariance: Self.largestError(made.logVariance, found[5].values))
        try output.emit(report) { report.text }
        try refuse(report.largest, above: tolerance ?? 1e-3, "the generated gaits or latents")
    }

    private func refuse(_ error: Double, above tolerance: Double, _ what: String) throws(CommandFailure) {
        guard error <= tolerance else { throw .failure("\(what) differ by more than \(tolerance)") }
    }

    /// The largest difference between values; no number, and another count, are as wrong as can be.
    static func largestError(_ found: [Float], _ expected: [Float]) -> Double {
        guard found.count == expected.count else { return .greatestFiniteMagnitude }
        return zip(found, expected).reduce(0) { largest, pair in
            let error = abs(Double(pair.0) - Double(pair.1))
            // What is no number is as wrong as can be; infinity cannot be written as JSON.
            return max(largest, error.isFinite ? error : .greatestFiniteMagnitude)
        }
    }

    private struct ClassifierReport: Encodable {
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

    private struct GeneratorReport: Encodable {
        let cases: Int
        let generated: Double
        let mean: Double
        let logVariance: Double

        /// Over all three.
        var largest: Double { max(generated, mean, logVariance) }

        enum CodingKeys: String, CodingKey {
            case cases
            case largest = "max_abs_error"
            case generated = "max_abs_generated_error"
            case mean = "max_abs_mean_error"
            case logVariance = "max_abs_logvar_error"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(cases, forKey: .cases)
            try container.encode(largest, forKey: .largest)
            try container.encode(generated, forKey: .generated)
            try container.encode(mean, forKey: .mean)
            try container.encode(logVariance, forKey: .logVariance)
        }

        var text: String {
            "max_abs_error=\(largest) (generated \(generated), mean \(mean), logvar \(logVariance)) cases=\(cases)"
        }
    }
}

import ArgumentParser
import Foundation
import GaitModels
import NeuralNetwork
import Perception

/// `gaitctl model verify`: whether a model computes what it should.
struct ModelVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compare a model's output with expected values.",
        discussion: """
            For a classifier the cases file holds x [N, C, T, V], logits [N, classes] and, optionally, features \
            [N, channels], the pooled features. For a generator it holds z [N, latent], label [N, classes] (one-hot) and \
            generated [N, C, T, V], and x [N, C, T, V], mean and logvar [N, latent]. For a pose network (.tflite) it holds \
            input [N, H, W, 3] and an output.NAME for each output that is used. Exits 1 if an error exceeds --tolerance.

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

    @Option(help: "The largest accepted error. Default: 1e-4, for a generator 1e-3.")
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
        if weights.hasSuffix(".tflite") { return try verifyPoseNetwork(by: file) }
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
        var errors = [("max_abs_logit_error", Self.largestError(found.logits, logits.values))]
        if let features = file["features"] {
            errors.append(("max_abs_feature_error", Self.largestError(found.features, features.values)))
        }
        try report(Report(errors: errors, cases: batch), of: "the logits", largest: errors[0].1, 1e-4)
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
                "\(cases) has z \(found[0].shape), label \(found[1].shape) and x \(found[3].shape), which \(weights) does not take"
            )
        }
        let errors = [
            ("max_abs_generated_error", Self.largestError(made.generated, found[2].values)),
            ("max_abs_mean_error", Self.largestError(made.mean, found[4].values)),
            ("max_abs_logvar_error", Self.largestError(made.logVariance, found[5].values)),
        ]
        let largest = errors.map(\.1).max() ?? 0
        try report(
            Report(errors: [("max_abs_error", largest)] + errors, cases: batch),
            of: "the generated gaits or latents", largest: largest, 1e-3)
    }

    /// Runs the pose network of the file, the detector or a landmark network, on its cases.
    private func verifyPoseNetwork(by file: SafeTensors) throws {
        let network = try PoseNetwork(weights)
        guard let input = file["input"], let count = input.shape.first, count > 0 else {
            throw CommandFailure.failure("\(cases) lacks input [N, H, W, 3]")
        }
        let expected = try network.outputNames.map { name in
            guard let tensor = file["output.\(name)"], tensor.shape.first == count else {
                throw CommandFailure.failure("\(cases) lacks output.\(name) [\(count), ...]")
            }
            return (name: name, values: tensor.values)
        }
        func part(_ number: Int, _ values: [Float]) -> ArraySlice<Float> {
            let size = values.count / count
            return values[number * size..<(number + 1) * size]
        }
        var errors: [String: Double] = [:]
        for number in 0..<count {
            guard let outputs = try network.raw(part(number, input.values)) else {
                throw CommandFailure.failure(
                    "\(cases) has input \(input.shape), which \(weights) does not take")
            }
            for (output, expected) in zip(outputs, expected) {
                let error = Self.largestError(output, Array(part(number, expected.values)))
                errors[expected.name] = max(errors[expected.name] ?? 0, error)
            }
        }
        let largest = errors.values.max() ?? 0
        try report(
            Report(errors: [("max_abs_error", largest)], cases: count, errorsByOutput: errors),
            of: "the outputs", largest: largest, 1e-4)
    }

    /// Prints the errors, and fails if one is too large.
    private func report(
        _ report: Report, of what: String, largest: Double, _ defaultTolerance: Double
    ) throws(CommandFailure) {
        try output.emit(report)
        let tolerance = tolerance ?? defaultTolerance
        guard largest <= tolerance else { throw .failure("\(what) differ by more than \(tolerance)") }
    }

    /// The largest difference between values. Another count is as wrong as can be, and so is a value that is not finite,
    /// since JSON has no infinity.
    static func largestError(_ found: [Float], _ expected: [Float]) -> Double {
        guard found.count == expected.count else { return .greatestFiniteMagnitude }
        return zip(found, expected).reduce(0) { largest, pair in
            let error = abs(Double(pair.0) - Double(pair.1))
            return max(largest, error.isFinite ? error : .greatestFiniteMagnitude)
        }
    }

    /// The largest errors, each under its own key.
    private struct Report: Encodable {
        let errors: [(name: String, value: Double)]
        let cases: Int
        /// By output of a pose network, as TensorFlow Lite names it.
        var errorsByOutput: [String: Double]?

        private struct Key: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            for (name, value) in errors { try container.encode(value, forKey: Key(stringValue: name)) }
            try container.encode(cases, forKey: Key(stringValue: "cases"))
            try container.encodeIfPresent(errorsByOutput, forKey: Key(stringValue: "max_abs_errors"))
        }
    }
}

/// Either of the two pose networks.
private enum PoseNetwork {
    case detector(PoseDetector)
    case landmarker(PoseLandmarker)

    init(_ path: String) throws {
        do throws(PerceptionError) {
            do throws(PerceptionError) {
                self = .detector(try PoseDetector(PoseModelFile(path: path)))
            } catch .unsupportedModel {
                self = .landmarker(try PoseLandmarker(PoseModelFile(path: path)))
            }
        } catch {
            throw CommandFailure.failure(error.description)
        }
    }

    var outputNames: [String] {
        switch self {
        case .detector: PoseDetector.outputNames
        case .landmarker: PoseLandmarker.outputNames
        }
    }

    func raw(_ input: ArraySlice<Float>) throws -> [[Float]]? {
        switch self {
        case .detector(let network): try network.raw(input)
        case .landmarker(let network): try network.raw(input)
        }
    }
}

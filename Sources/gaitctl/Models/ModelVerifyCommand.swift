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
        try require(tolerance ?? 0 >= 0, "--tolerance is 0 or more, not \(tolerance ?? 0).")
    }

    func run() throws {
        BLAS.useThreads(1)
        let expected: SafeTensors
        do { expected = try SafeTensors(contentsOf: cases) } catch {
            throw CommandFailure.failure(error.description)
        }
        var tolerance = tolerance ?? 1e-4
        let errors: OutputErrors?
        if weights.hasSuffix(".tflite") {
            errors = try poseErrors(expected)
        } else {
            let file = try ModelFile(contentsOf: weights)
            if file.model.description.kind == .stepGen {
                tolerance = self.tolerance ?? 1e-3
                errors = OutputErrors(of: try GaitGenerator(file.model, path: weights), on: expected)
            } else {
                errors = OutputErrors(of: try EmotionClassifier(file.model, path: weights), on: expected)
            }
        }
        guard let errors else {
            let given = expected.names.map { "\($0) \(expected[$0]?.shape ?? [])" }.joined(separator: ", ")
            throw CommandFailure.failure(
                "\(cases) has no cases for \(weights), but \(given.isEmpty ? "nothing" : given)")
        }
        try output.emit(errors)
        guard errors.maxAbsError ?? errors.maxAbsLogitError ?? 0 <= tolerance else {
            throw CommandFailure.failure("the outputs differ by more than \(tolerance)")
        }
    }

    /// The errors of the file's pose network; nil if there are no cases for it.
    private func poseErrors(_ expected: SafeTensors) throws -> OutputErrors? {
        let (names, outputs) = try poseNetwork()
        let tensors = names.compactMap { expected["output.\($0)"] }
        guard let input = expected["input"], let count = input.shape.first, count > 0,
            tensors.count == names.count, tensors.allSatisfy({ $0.shape.first == count })
        else { return nil }
        func part(_ number: Int, of tensor: SafeTensors.Entry) -> ArraySlice<Float> {
            let size = tensor.values.count / count
            return tensor.values[number * size..<(number + 1) * size]
        }
        var errors: [String: Double] = [:]
        for number in 0..<count {
            guard let found = try outputs(part(number, of: input)) else { return nil }
            for (name, (values, tensor)) in zip(names, zip(found, tensors)) {
                let error = OutputErrors.largest(values, Array(part(number, of: tensor)))
                errors[name] = max(errors[name] ?? 0, error)
            }
        }
        return OutputErrors(byOutput: errors, cases: count)
    }

    /// The names of the outputs of the file's network, the detector or a landmark network, and what computes them.
    private func poseNetwork() throws -> ([String], (ArraySlice<Float>) throws -> [[Float]]?) {
        let file = PoseModelFile(path: weights)
        do {
            do {
                return (PoseDetector.outputNames, try PoseDetector(file).raw)
            } catch PerceptionError.unsupportedModel {
                return (PoseLandmarker.outputNames, try PoseLandmarker(file).raw)
            }
        } catch {
            throw CommandFailure.failure(error.description)
        }
    }
}

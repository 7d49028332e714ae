import NeuralNetwork
import Perception

/// How far a pose network's outputs are from expected ones.
struct PoseNetworkReport: Encodable {
    let cases: Int
    /// By output, as TensorFlow Lite names it.
    let errors: [String: Double]

    /// Over all outputs.
    var largest: Double { errors.values.max() ?? 0 }

    /// Runs a pose network, the detector or a landmark network, whichever the file has, on a file's cases.
    init(weights: String, cases path: String, _ file: SafeTensors) throws {
        let network = try Network(weights)
        guard let input = file["input"], let count = input.shape.first, count > 0 else {
            throw CommandFailure.failure("\(path) lacks input [N, H, W, 3]")
        }
        let expected = try network.outputNames.map { name in
            guard let tensor = file["output.\(name)"], tensor.shape.first == count else {
                throw CommandFailure.failure("\(path) lacks output.\(name) [\(count), ...]")
            }
            return (name: name, values: tensor.values)
        }
        var errors: [String: Double] = [:]
        for number in 0..<count {
            guard let outputs = try network.raw(Self.part(number, of: count, input.values)) else {
                throw CommandFailure.failure(
                    "\(path) has input \(input.shape), which is not what \(weights) takes")
            }
            for (output, expected) in zip(outputs, expected) {
                let error = ModelVerifyCommand.largestError(
                    output, Array(Self.part(number, of: count, expected.values)))
                errors[expected.name] = max(errors[expected.name] ?? 0, error)
            }
        }
        cases = count
        self.errors = errors
    }

    private static func part(_ number: Int, of count: Int, _ values: [Float]) -> ArraySlice<Float> {
        let size = values.count / count
        return values[number * size..<(number + 1) * size]
    }

    /// Either of the two networks.
    private enum Network {
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

    enum CodingKeys: String, CodingKey {
        case cases
        case largest = "max_abs_error"
        case errors = "max_abs_errors"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(cases, forKey: .cases)
        try container.encode(largest, forKey: .largest)
        try container.encode(errors, forKey: .errors)
    }

    var text: String {
        let parts = errors.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return "max_abs_error=\(largest) (\(parts.joined(separator: ", "))) cases=\(cases)"
    }
}

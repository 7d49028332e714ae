import Foundation
import NeuralNetwork
import TestSupport
import Testing

@testable import Perception

@Suite("A pose network")
struct PoseNetworkTests {
    private static func run(_ plan: NetworkPlan, _ input: [Float]) throws -> [[Float]] {
        let network = try PoseNetwork(plan)
        _ = network.input.update(fromContentsOf: input)
        // Twice, so that what the first run leaves behind shows.
        try network.run()
        try network.run()
        return network.outputs.map(Array.init)
    }

    @Test("of every operator gives what was worked out by hand")
    func small() throws {
        let model = try NetworkModel(SmallModel.file(), path: "small")
        let plan = try NetworkPlan(
            model, input: SmallModel.input, outputs: [SmallModel.joined, SmallModel.enlarged])
        let outputs = try Self.run(plan, [1, 2, 3, 4])
        let logistic = [2, 4, 6, 8].map { Float(1 / (1 + exp(-Double($0)))) }
        for (value, expected) in zip(outputs[0], [25, 29, 33, 37] + logistic) {
            #expect(abs(value - expected) < 1e-5)
        }
        let row: [Float] = [1, 1.25, 1.75, 2]
        #expect(outputs[1] == [0, 0.5, 1.5, 2].flatMap { below in row.map { $0 + below } })
    }

    /// Within 1e-4, as XNNPACK's kernels differ between processors; on most they are the same to the bit.
    @Test(
        "that is released gives the outputs of TensorFlow Lite", .enabled(if: SharedData.isThere),
        arguments: [
            ("pose_detection", ["Identity", "Identity_1"]),
            ("pose_landmark_lite", ["Identity", "Identity_1", "Identity_4"]),
        ])
    func released(name: String, outputs: [String]) throws {
        let file = try SafeTensors(contentsOf: SharedData.fixture("\(name).cases.safetensors"))
        let bytes = try PoseModelFile(path: SharedData.model("\(name).tflite")).read()
        let plan =
            name == "pose_detection"
            ? try PoseDetector.plan(bytes, path: name) : try PoseLandmarker.plan(bytes, path: name)
        let inputs = try #require(file["input"])
        let size = inputs.values.count / inputs.shape[0]
        for number in 0..<inputs.shape[0] {
            let results = try Self.run(plan, Array(inputs.values[number * size..<(number + 1) * size]))
            for (result, output) in zip(results, outputs) {
                let expected = try #require(file["output.\(output)"])
                let values = expected.values[number * result.count..<(number + 1) * result.count]
                let difference = zip(result, values).map { abs($0 - $1) }.max() ?? .infinity
                #expect(difference <= 1e-4, "\(output) of case \(number)")
            }
        }
    }
}

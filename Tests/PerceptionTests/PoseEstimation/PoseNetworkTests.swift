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
        "that is released gives the outputs of TensorFlow Lite", .sharedData,
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

@Suite("A network's plan")
struct NetworkPlanTests {
    private static func plan(
        _ changes: SmallModel.Changes = .init(), input: [Int] = SmallModel.input,
        outputs: [[Int]] = [SmallModel.joined]
    ) throws -> NetworkPlan {
        try NetworkPlan(NetworkModel(SmallModel.file(changes), path: "small"), input: input, outputs: outputs)
    }

    @Test("has what the wanted outputs need and nothing else")
    func needed() throws {
        let enlarged = try Self.plan(outputs: [SmallModel.enlarged])
        #expect(enlarged.steps.map(\.kind) == [.resizeBilinear])
        #expect(enlarged.weights.isEmpty)
        let joined = try Self.plan()
        #expect(joined.outputs.map(\.count) == [2])
        #expect(joined.steps.count == 10)
        #expect(joined.cost.multiplications == 36 + 4 + 16)
    }

    @Test("of the landmark network leaves out the mask and the heat maps", .sharedData)
    func heads() throws {
        let file = PoseModelFile(path: SharedData.model("pose_landmark_lite.tflite"))
        let plan = try PoseLandmarker.plan(try file.read(), path: "lite")
        let largest = plan.steps.map { plan.model.tensors[$0.output].shape[1] }.max()
        #expect(largest == 258, "only the padded input is as large as the mask")
        #expect(plan.steps.count == 93)
    }

    @Test("refuses an input or output of another shape")
    func shapes() {
        #expect {
            try Self.plan(input: [1, 4, 4, 3])
        } throws: { error in
            "\(error)" == "small has a network that cannot run here: its inputs are [[1, 2, 2, 1]], "
                + "single precision [1, 4, 4, 3] is needed."
        }
        #expect(throws: PerceptionError.self) { try Self.plan(outputs: [[1, 9, 1]]) }
    }

    @Test("refuses an operator that it does not know only where it is needed")
    func unknown() {
        #expect(
            throws: PerceptionError.unsupportedModel(path: "small", reason: "operator 99 is not known")
        ) { try Self.plan(outputs: [SmallModel.unknown]) }
    }

    @Test(
        "refuses shapes that an operator does not give",
        arguments: [
            SmallModel.Changes(padding: [0, 0, 2, 1, 1, 1, 0, 0]), .init(padding: [0, 0, -1, 3, 1, 1, 0, 0]),
            .init(padding: [0, 0, 1, 1, 1, 1, 0, 1]), .init(strideOfFirst: 2), .init(strideOfFirst: 0),
            .init(sizeOfFirst: [1, 2, 3, 1]), .init(sizeOfFirst: [1, 4, 4, 1]), .init(axis: 2),
            .init(axis: -1), .init(bias: [0x00, 0x7C]), .init(bias: []), .init(bias: [0, 0, 0, 0]),
        ])
    func misfits(changes: SmallModel.Changes) {
        #expect {
            try Self.plan(changes)
        } throws: { error in
            switch error as? PerceptionError {
            case .malformedModel?, .unsupportedModel?: true
            default: false
            }
        }
    }
}

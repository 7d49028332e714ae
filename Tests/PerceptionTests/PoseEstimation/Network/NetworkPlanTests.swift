import TestSupport
import Testing

@testable import Perception

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
        #expect(enlarged.steps.map(\.operation) == [.resizeBilinear])
        #expect(enlarged.weights.isEmpty)
        let joined = try Self.plan()
        #expect(joined.outputs.map(\.count) == [2])
        #expect(joined.steps.count == 10)
        #expect(joined.cost.multiplications == 36 + 4 + 16)
    }

    @Test("of the landmark network leaves out the mask and the heat maps", .enabled(if: SharedData.isThere))
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
            .init(axis: -1),
            .init(bias: [0x00, 0x7C]), .init(bias: []), .init(bias: [0, 0, 0, 0]),
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

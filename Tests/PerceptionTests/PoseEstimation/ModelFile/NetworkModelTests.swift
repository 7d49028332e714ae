import TestSupport
import Testing

@testable import Perception

@Suite("A TensorFlow Lite file")
struct NetworkModelTests {
    @Test("is read with its shapes, weights and operators")
    func small() throws {
        let model = try NetworkModel(SmallModel.file(), path: "small")
        #expect(model.inputs.map { model.tensors[$0].shape } == [SmallModel.input])
        #expect(
            model.outputs.map { model.tensors[$0].shape } == [
                SmallModel.unknown, SmallModel.joined, SmallModel.enlarged,
            ])
        let window = NetworkModel.Window(padding: .valid, strideHeight: 1, strideWidth: 1, activation: .none)
        #expect(model.operators.contains { $0.kind == .convolution(window, isDepthwise: false) })
        #expect(model.operators.contains { $0.kind == .concatenation(axis: 1) })
        #expect(model.operators.contains { $0.kind == .unsupported("operator 99 is not known") })
        let producers = try model.producers()
        let sparse = try #require(
            model.tensors.firstIndex { $0.shape == [4, 1, 1, 1] && $0.type == .float32 })
        #expect(try model.weights(sparse, producers: producers) == [1, 0, 2, 0])
    }

    @Test("says what is wrong when it is none", arguments: [0, 3, 7, 8, 40, 200])
    func truncated(length: Int) {
        #expect {
            try NetworkModel(Array(SmallModel.file().prefix(length)), path: "small")
        } throws: { error in
            guard case .malformedModel("small", let reason)? = error as? PerceptionError else { return false }
            return !reason.isEmpty
        }
    }

    @Test("with an index of a sparse weight outside its row is refused")
    func sparseIndex() {
        let file = SmallModel.file(.init(sparseIndices: [0, 1]))
        #expect(
            throws: PerceptionError.malformedModel(
                path: "small", reason: "sparse weights of shape [4, 1, 1, 1] lie outside it")
        ) { try NetworkModel(file, path: "small") }
    }

    @Test(
        "of the released networks has their operators", .enabled(if: SharedData.isThere),
        arguments: [("pose_detection.tflite", 293 - 2), ("pose_landmark_lite.tflite", 305)])
    func released(name: String, operators: Int) throws {
        let file = PoseModelFile(path: SharedData.model(name))
        let model = try NetworkModel(file.read(), path: name)
        #expect(model.operators.count == operators)
        #expect(!model.operators.contains { if case .unsupported = $0.kind { true } else { false } })
    }
}

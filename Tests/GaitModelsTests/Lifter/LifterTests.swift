import Foundation
import Gait
import NeuralNetwork
import TestSupport
import Testing

@testable import GaitModels

struct LifterTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("lifter.safetensors")
    }

    private func refusal() -> String? {
        do {
            _ = try Lifter(contentsOf: URL(filePath: path))
            return nil
        } catch { return (error as? ModelError)?.description ?? "\(error)" }
    }

    @Test("a lifter comes back from its file, with its identity")
    func file() throws {
        try LifterExample.model.write(to: path)
        let lifter = try Lifter(contentsOf: URL(filePath: path))
        let windows = LifterExample.scenes(3).map(\.window)
        let lifted = try Lifter(LifterExample.model).lift(windows)
        #expect(lifter.lift(windows) == lifted)
        #expect(lifter.card.name == "lifter" && lifter.card.sha256.count == 64)
        #expect(lifter.description.lifter == LifterExample.configuration)
    }

    @Test("files that are no lifter are refused by name")
    func refusals() throws {
        #expect(refusal() == "\(path): no such file")
        try Data("no model".utf8).write(to: URL(filePath: path))
        #expect(try #require(refusal()).contains(path))
        try TestModel.trained(TestModel.configuration(.stepPaper)).write(to: path)
        #expect(refusal() == "\(path) cannot be served: it is not a lifter")
        var model = LifterExample.model
        model.description.lifter?.channels = 9
        try model.write(to: path)
        #expect(try #require(refusal()).contains("embedding.weight"))
        model = LifterExample.model
        model.tensors.removeLast()
        try model.write(to: path)
        #expect(try #require(refusal()).contains("skip.bias"))
        model = LifterExample.model
        model.tensors[0] = .init(
            name: model.tensors[0].name, shape: model.tensors[0].shape,
            values: model.tensors[0].values.map { _ in 3e38 })
        try model.write(to: path)
        #expect(refusal() == "\(path) cannot be served: its weights do not give finite gaits")
    }

    @Test("a lifter is no classifier, and says so")
    func noClassifier() throws {
        let error = #expect(throws: ModelError.self) { try EmotionClassifier(LifterExample.model) }
        #expect(error?.description == "model cannot be served: it is a lifter, not a classifier")
    }

    @Test("gaits have 75 frames, the root at the origin, and do not depend on the batch")
    func gaits() throws {
        let lifter = try Lifter(LifterExample.model)
        let windows = LifterExample.scenes(20).map(\.window)
        let lifted = lifter.lift(windows)
        #expect(lifted.count == 20 && lifter.lift([]).isEmpty)
        for (index, window) in windows.enumerated() {
            let alone = lifter.lift([window])[0]
            #expect(lifted[index].gait.frames == 75)
            #expect(
                zip(alone.gait.coordinates, lifted[index].gait.coordinates).allSatisfy { abs($0 - $1) < 1e-4 }
            )
            for frame in [0, 74] {
                #expect(lifted[index].gait.position(frame: frame, joint: .root).length < 1e-5)
            }
        }
    }

    @Test(
        "windows that show nothing, or no numbers, give finite gaits",
        arguments: [Float.nan, .infinity, 0, 1e20])
    func badWindows(value: Float) throws {
        let lifter = try Lifter(LifterExample.model)
        for confidence in [Float.nan, 0, 1] {
            let window = ImageWindow(
                rays: Array(repeating: SIMD2(value, value), count: 75 * 13),
                confidences: Array(repeating: confidence, count: 75 * 13), start: .nan, end: .nan, coverage: 0
            )
            let lifted = lifter.lift([window])[0]
            #expect(lifted.gait.coordinates.allSatisfy(\.isFinite) && lifted.tilt.isFinite)
        }
    }
}

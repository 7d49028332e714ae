import Foundation
import Gait
import NeuralNetwork
import Testing

@testable import GaitModels

@Suite("Warm start of a classifier")
struct WarmStartTests {
    private let labels = ["calm", "lively"]
    private let gaits = TestWalk.classes(perClass: 8, seed: 1)

    private func train(
        _ labels: [String], from start: TrainedModel?, rate: Float = 1e-7, epochs: Int = 1
    ) throws -> TrainedModel {
        var options = TestModel.options(epochs: epochs)
        options.learningRate = rate
        return try ModelTrainer.step(
            TestModel.configuration(.step, labels: labels), gaits, validation: [], from: start,
            options: options,
            threads: 1, progress: { _ in true }
        ).model
    }

    private func loss(_ model: TrainedModel) throws -> Double {
        Evaluation.run(try EmotionClassifier(model), gaits: gaits.map(\.gait), labels: gaits.map(\.label))
            .outcomes.reduce(0) { $0 - Foundation.log(Double($1.probabilities[$1.label])) }
    }

    @Test("what was learnt is there at the beginning, with the scaling it was learnt by")
    func begins() throws {
        let start = try train(labels, from: nil, rate: 3e-3, epochs: 20)
        let warm = try train(labels, from: start)
        #expect(warm.description.affective == start.description.affective)
        #expect(try loss(warm) < loss(train(labels, from: nil)) / 2)
    }

    @Test("with other classes all but the layer to them is begun from")
    func otherClasses() throws {
        let start = try train(labels, from: nil, rate: 3e-3, epochs: 3)
        let warm = try train(labels + ["weary"], from: start)
        #expect(warm.description.labels.count == 3)
        func values(_ model: TrainedModel, _ name: String) -> [Float]? {
            model.tensors.first { $0.name == name }?.values
        }
        let name = try #require(start.tensors.first { $0.name.hasSuffix("gcn.conv.weight") }?.name)
        let (old, new) = (try #require(values(start, name)), try #require(values(warm, name)))
        #expect(zip(old, new).allSatisfy { abs($0 - $1) < 1e-4 })
    }

    @Test("another network and a model without one are refused")
    func refused() throws {
        let other = TestModel.trained(TestModel.configuration(.baseline, labels: labels))
        #expect(throws: ModelError.training("the model to begin from has another network")) {
            try train(labels, from: other)
        }
        #expect(throws: ModelError.training("the model to begin from has no network (it is a svm)")) {
            try train(labels, from: TestModel.svm())
        }
    }
}

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

    @Test("what was learned is there at the beginning, with the scaling it was learned by")
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
        #expect(throws: ModelError.training("the model to start from has another network")) {
            try train(labels, from: other)
        }
        #expect(throws: ModelError.training("the model to start from has no network (it is a svm)")) {
            try train(labels, from: TestModel.svm())
        }
    }
}

struct PretrainingTests {
    private func gait(_ key: String, label: Int, recording: String) -> TrainingGait {
        TrainingGait(
            key: key, gait: TestWalk.gait(armSwing: 0.1 * Float(label + 1)), label: label,
            group: "of another set",
            recording: recording)
    }

    @Test("recordings that are judged by are left out, and with them classes that have no other")
    func withoutRecordings() {
        let pretraining = Pretraining(
            labels: ["proud", "old", "young"],
            gaits: [
                gait("a", label: 0, recording: "one"), gait("b", label: 1, recording: "two"),
                gait("c", label: 2, recording: "three"), gait("d", label: 2, recording: "two"),
            ], epochs: 3)
        let rest = pretraining.without(recordings: ["two", "elsewhere"])
        #expect(rest.labels == ["proud", "young"])
        #expect(rest.gaits.map(\.key) == ["a", "c"])
        #expect(rest.gaits.map(\.label) == [0, 1])
        #expect(rest.epochs == 3)
    }

    @Test("a network begins with what it has learned before, all but its classes")
    func trunk() throws {
        var configuration = TestModel.configuration(.step, labels: ["one", "other"])
        configuration.members = 1
        var options = TrainingOptions()
        // A training that changes nothing: what is left is what it began with.
        (options.epochs, options.batch, options.learningRate, options.weightDecay) = (1, 8, 1e-9, 0)
        let walks = (0..<8).map { gait("w\($0)", label: $0 % 2, recording: "r\($0)") }
        func weights(_ pretraining: Pretraining?) throws -> [String: [Float]] {
            let model = try ModelTrainer.step(
                configuration, walks, validation: [], pretraining: pretraining, options: options, threads: 1
            ) { _ in true }.model
            return Dictionary(uniqueKeysWithValues: model.tensors.map { ($0.name, $0.values) })
        }
        let styles = (0..<8).map { gait("s\($0)", label: $0 % 3, recording: "s\($0)") }
        let plain = try weights(nil)
        let pretrained = try weights(Pretraining(labels: ["a", "b", "c"], gaits: styles, epochs: 1))
        // The pretraining's own network has three classes, hence other random numbers from its last layer on.
        #expect(pretrained["fcn.weight"]?.count == plain["fcn.weight"]?.count)
        let mean = "st_gcn_networks.1.tcn.0.running_mean"
        #expect(pretrained[mean] != nil)
        #expect(pretrained[mean] != plain[mean])
    }

    @Test("a pretraining of one class is refused")
    func oneClass() {
        let one = Pretraining(labels: ["a"], gaits: [gait("a", label: 0, recording: "x")], epochs: 1)
        #expect(throws: ModelError.self) {
            try ModelTrainer.step(
                TestModel.configuration(.step, labels: ["one", "other"]),
                (0..<4).map { gait("w\($0)", label: $0 % 2, recording: "r") }, validation: [],
                pretraining: one,
                options: TrainingOptions(), threads: 1
            ) { _ in true }
        }
    }
}

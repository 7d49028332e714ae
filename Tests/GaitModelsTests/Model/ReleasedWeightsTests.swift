import Gait
import NeuralNetwork
import TestSupport
import Testing

@testable import GaitModels

@Suite("Released weights", .sharedData)
struct ReleasedWeightsTests {
    private let classifierPath = SharedData.fixture("step-baseline-official.safetensors")

    @Test(
        "the released classifier gives the reference logits and features in any batch", arguments: [1, 3, 8])
    func parity(batch: Int) throws {
        let classifier = try EmotionClassifier(contentsOf: classifierPath)
        let cases = try SafeTensors(
            contentsOf: SharedData.fixture("step-baseline-official.cases.safetensors"))
        let input = try #require(cases["x"])
        let logits = try #require(cases["logits"]).values
        let features = try #require(cases["features"]).values
        let size = input.values.count / input.shape[0]
        for start in stride(from: 0, to: input.shape[0], by: batch) {
            let count = min(batch, input.shape[0] - start)
            let some = Array(input.values[start * size..<(start + count) * size])
            let found = try #require(classifier.raw(some, batch: count))
            #expect(found.logits.count == 4 * count && found.features.count == 64 * count)
            #expect(largestDifference(found.logits, logits[(4 * start)...]) < 1e-4)
            #expect(largestDifference(found.features, features[(64 * start)...]) < 1e-4)
        }
    }

    @Test("the network with gradients gives the reference logits in evaluation mode")
    func unfolded() throws {
        let file = try ModelFile(contentsOf: classifierPath)
        let configuration = try #require(file.model.description.step)
        let tensors = SafeTensors(file.model.tensors, path: classifierPath)
        let network = try #require(try NetworkFile.networks(tensors, configuration, features: 0).first)
        let cases = try SafeTensors(
            contentsOf: SharedData.fixture("step-baseline-official.cases.safetensors"))
        let entry = try #require(cases["x"])
        let input = Tensor(Shape(channels: 3, batch: entry.shape[0], joints: 16, frames: 75))
        input.copy(fromBatchMajor: entry.values)
        var generator = SeededGenerator(seed: 1)
        let logits = network(
            input, affective: Tensor(Shape(channels: 0, batch: entry.shape[0])), training: false,
            using: &generator)
        #expect(largestDifference(logits.batchMajorValues, try #require(cases["logits"]).values[...]) < 1e-4)
    }

    @Test("its classes have no emotions' names, since their order is uncertain")
    func card() throws {
        let classifier = try EmotionClassifier(contentsOf: classifierPath)
        #expect(classifier.card.labels == ["class_0", "class_1", "class_2", "class_3"])
        #expect(classifier.card.name == "step-baseline-released" && classifier.card.training == nil)
        #expect(classifier.card.sha256.count == 64)
        let found = classifier.classify([TestWalk.gait(armSwing: 0.4)])
        #expect(abs(found[0].probabilities.reduce(0, +) - 1) < 1e-5)
    }

    @Test("the released generator is recognized, and no classifier")
    func generator() throws {
        let path = SharedData.fixture("step-gen-official.safetensors")
        let description = try ModelFile(contentsOf: path).model.description
        #expect(description.kind == .stepGen && description.generator?.latent == 32)
        let reason = "it is a generator, not a classifier"
        #expect(throws: ModelError.unknownModel(path: path, reason: reason)) {
            try EmotionClassifier(contentsOf: path)
        }
    }

    @Test("weights of neither are refused")
    func neither() throws {
        let path = SharedData.fixture("step-baseline-official.cases.safetensors")
        let error = #expect(throws: ModelError.self) { try ModelFile(contentsOf: path) }
        #expect(try #require(error).description.contains("not those of the released weights"))
    }

    @Test("released weights that are of another shape are refused by name")
    func mismatch() throws {
        let file = try ModelFile(contentsOf: classifierPath)
        var tensors = file.model.tensors.filter { $0.name != "data_bn.bias" }
        tensors.append(.init(name: "data_bn.bias", shape: [12], values: Array(repeating: 0, count: 12)))
        let damaged = TrainedModel(description: file.model.description, tensors: tensors)
        let error = #expect(throws: ModelError.self) { try EmotionClassifier(damaged) }
        #expect(try #require(error).description.contains("data_bn.bias expected [48], found [12]"))
    }
}

/// The largest difference of the values that both have.
func largestDifference(_ found: [Float], _ expected: ArraySlice<Float>) -> Float {
    zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
}

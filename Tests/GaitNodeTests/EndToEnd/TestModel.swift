import Gait
import NeuralNetwork

@testable import GaitModels

/// A model file that reads every walk as happy with a probability of about 0.71: the smallest STEP network,
/// whose last layer has a bias and no weights.
enum TestModel {
    static func write(to path: String, labels: [String] = ["angry", "happy", "neutral", "sad"]) throws {
        let head = STEPConfiguration.Head(
            projection: nil, affective: false, normalised: false, hidden: nil, rectified: false)
        let block = STEPConfiguration.Block(width: 4, stride: 2, residual: .none)
        let configuration = STEPConfiguration(labels: labels, blocks: [block], kernel: 3, head: head)
        var generator = SeededGenerator(seed: 1)
        let network = STEP(configuration, affectiveFeatures: 0, using: &generator)
        let tensors = NetworkFile.tensors([network]).map { tensor in
            var values = tensor.values
            if tensor.name == "fcn.weight" { values = values.map { _ in 0 } }
            if tensor.name == "fcn.bias" { values = values.indices.map { $0 == 1 ? 2 : 0 } }
            return SafeTensors.Entry(name: tensor.name, shape: tensor.shape, values: values)
        }
        let description = ModelDescription(
            name: "test", version: 3, kind: .step, labels: labels, step: configuration, affective: nil,
            temperature: 1, training: nil)
        try TrainedModel(description: description, tensors: tensors).write(to: path)
    }
}

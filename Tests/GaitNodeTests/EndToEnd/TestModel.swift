import Gait
import NeuralNetwork

@testable import GaitModels

/// A model file that reads every walk as happy with a probability of about 0.71: the smallest STEP network,
/// whose last layer has a bias and no weights.
enum TestModel {
    static let labels = ["angry", "happy", "neutral", "sad"]

    /// - Parameters:
    ///   - sensitivity: how large the last layer's weights are instead of 0, all of them positive for happy.
    ///   - favorite: the index of the label that every walk is read as.
    ///   - width: the channels of its one layer; more can be trained to tell walks apart.
    static func write(
        to path: String, labels: [String] = labels, sensitivity: Float = 0,
        version: Int = 3, favorite: Int = 1, width: Int = 4
    ) throws {
        let head = STEPConfiguration.Head(
            projection: nil, affective: false, normalised: false, hidden: nil, rectified: false)
        let block = STEPConfiguration.Block(width: width, stride: 2, residual: .none)
        let configuration = STEPConfiguration(labels: labels, blocks: [block], kernel: 3, head: head)
        var generator = SeededGenerator(seed: 1)
        let network = STEP(configuration, affectiveFeatures: 0, using: &generator)
        let tensors = NetworkFile.tensors([network]).map { tensor in
            var values = tensor.values
            if tensor.name == "fcn.weight" {
                values = values.indices.map { $0 / width == 1 ? sensitivity : 0 }
            }
            if tensor.name == "fcn.bias" { values = values.indices.map { $0 == favorite ? 2 : 0 } }
            return SafeTensors.Entry(name: tensor.name, shape: tensor.shape, values: values)
        }
        let description = ModelDescription(
            name: "test", version: version, kind: .step, labels: labels, step: configuration, affective: nil,
            temperature: 1, training: nil)
        try TrainedModel(description: description, tensors: tensors).write(to: path)
    }

    /// A linear SVM of the four emotions that has learned nothing.
    static func writeSVM(to path: String) throws {
        let walk = Gait(validated: (0..<75 * Gait.valuesPerFrame).map { Float($0 % 7) })
        let scaling = AffectiveScaling(
            fitting: [walk], skeleton: .given, origin: .root, features: [0, 1], turned: true, smoothing: 0,
            spread: .deviation,
            limit: 4)
        let svm = LinearSVM(
            classes: 4, weight: Array(repeating: 0, count: 12), bias: Array(repeating: 0, count: 6))
        try TrainedModel(
            description: ModelDescription(
                name: "svm", version: 1, kind: .svm, labels: labels, step: nil, affective: scaling,
                temperature: 1, training: nil), tensors: NetworkFile.tensors(svm)
        ).write(to: path)
    }
}

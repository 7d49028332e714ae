import Foundation
import Gait
import NeuralNetwork

@testable import GaitModels

/// A model file that reads every walk as happy with a probability of about 0.7: an SVM without weights.
enum TestModel {
    static func write(
        to path: String, labels: [String] = ["angry", "happy", "neutral", "sad"],
        bias: [Float] = [0, 2, 0, 0]
    ) throws {
        let frames = (0..<Gait.windowFrames * Gait.valuesPerFrame).map { Float($0 % 7) }
        let scaling = AffectiveScaling(
            fitting: [try Gait(coordinates: frames)], origin: .root, features: [0, 1], spread: .deviation,
            limit: 5)
        let description = ModelDescription(
            name: "test", version: 3, kind: .svm, labels: labels, step: nil, affective: scaling,
            temperature: 1,
            training: nil)
        let tensors = [
            SafeTensors.Entry(
                name: "svm.weight", shape: [labels.count, 2],
                values: [Float](repeating: 0, count: labels.count * 2)),
            SafeTensors.Entry(name: "svm.bias", shape: [labels.count], values: bias),
        ]
        try TrainedModel(description: description, tensors: tensors).write(to: path)
    }
}

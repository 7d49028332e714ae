import Foundation
import Gait
import GaitModels
import Messaging

/// A model with everything that serves it, for the pipeline's thread alone.
final class ServedModel {
    let classifier: EmotionClassifier
    /// Takes half of the first one's work; nil on a single core.
    let second: SecondClassifier?
    /// Nil unless `pipeline.explain` is set.
    let explainer: GaitExplainer?
    let labels: EmotionLabels

    /// What the model is.
    var card: ModelCard { classifier.card }

    /// Builds the networks; the second classifier's are built on its own thread, from now on.
    ///
    /// - Parameters:
    ///   - path: The model file.
    ///   - key: The configuration key that it was found by, for errors.
    ///   - explain: Whether emotions are explained.
    /// - Throws: `GaitNodeError` where the file cannot be used, knows other labels, or cannot be explained.
    init(path: String, key: String, explain: Bool) throws(GaitNodeError) {
        let file: ModelFile
        do {
            file = try ModelFile(contentsOf: path)
            classifier = try EmotionClassifier(file.model, path: path, sha256: file.sha256)
        } catch {
            throw .model(path: path, key: key, reason: "\(error)")
        }
        explainer = explain ? try Self.explainer(of: file) : nil
        labels = try EmotionLabels(names: classifier.card.labels, path: path)
        do {
            let hasSecondCore = ProcessInfo.processInfo.activeProcessorCount > 1
            second = hasSecondCore ? try SecondClassifier(file) : nil
        } catch {
            throw .messaging(reason: "\(error)")
        }
        second?.start()
    }

    /// What explains the model's emotions. Asked for a model that has been loaded: what is wrong is then its kind.
    private static func explainer(of file: ModelFile) throws(GaitNodeError) -> GaitExplainer {
        guard file.model.description.kind == .step else {
            throw .invalidValue(
                key: ConfigurationTable.name(\.pipeline.explain), value: "true",
                allowed: "false, since \(file.path) is a linear SVM, which sees no joints")
        }
        do { return try GaitExplainer(file.model, path: file.path) } catch {
            throw .model(path: file.path, key: ConfigurationTable.name(\.modelPath), reason: "\(error)")
        }
    }
}

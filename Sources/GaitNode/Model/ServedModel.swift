import Foundation
import Gait
import GaitModels
import Messaging
import Recognition
import Synchronization

/// A model with everything that serves it, for the pipeline's thread alone.
final class ServedModel {
    let classifier: EmotionClassifier
    /// Takes half of the first one's work; nil on a single core.
    let second: SecondClassifier?
    /// Nil unless `pipeline.explain` is set.
    let explainer: GaitExplainer?
    let labels: EmotionLabels

    /// The model's identity.
    var card: ModelCard { classifier.card }

    /// Builds the networks; the second classifier builds its own on its thread, starting now.
    ///
    /// - Parameters:
    ///   - path: The model file.
    ///   - key: The configuration key that named it, for errors.
    ///   - explain: Whether to explain emotions.
    /// - Throws: `GaitNodeError` if the file is unusable, has other labels, or cannot be explained.
    init(path: String, key: String, explain: Bool) throws(GaitNodeError) {
        let file: ModelFile
        do {
            file = try ModelFile(contentsOf: path)
            classifier = try EmotionClassifier(file.model, path: path, sha256: file.sha256)
        } catch {
            throw .model(path: path, key: key, reason: "\(error)")
        }
        explainer = explain ? try Self.explainer(of: file) : nil
        guard let labels = EmotionLabels(names: classifier.card.labels) else {
            throw .labels(
                path: path, found: classifier.card.labels, expected: Emotion.allCases.map(\.rawValue))
        }
        self.labels = labels
        do {
            let hasSecondCore = ProcessInfo.processInfo.activeProcessorCount > 1
            second = hasSecondCore ? try SecondClassifier(file) : nil
            try second?.start()
        } catch {
            throw .messaging(reason: "\(error)")
        }
    }

    private static func explainer(of file: ModelFile) throws(GaitNodeError) -> GaitExplainer {
        guard file.model.description.kind == .step else {
            throw .invalidValue(
                key: ConfigurationTable.name(\.pipeline.explain), value: "true",
                allowed: "false, because \(file.path) is a linear SVM, which has no joints to explain")
        }
        do { return try GaitExplainer(file.model, path: file.path) } catch {
            throw .model(path: file.path, key: ConfigurationTable.name(\.modelPath), reason: "\(error)")
        }
    }
}

/// Passes the next model from the thread that prepares it to the pipeline's thread, which takes it between two
/// batches. A newer model replaces one that was not taken yet.
final class ModelSlot: Sendable {
    private let offered = Mutex<HandedOver<ServedModel?>?>(nil)

    /// Offers a model that the caller no longer uses.
    func offer(_ model: consuming sending ServedModel) {
        let delivery = HandedOver<ServedModel?>(model)
        offered.withLock { $0 = delivery }
    }

    /// The newest model since the last call; nil if there is none.
    func take() -> sending ServedModel? {
        let delivery = offered.withLock { offered in
            defer { offered = nil }
            return offered
        }
        return delivery?.withValue { model in
            let taken = model
            model = nil
            return taken
        }
    }
}

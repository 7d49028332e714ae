package import Foundation
package import NeuralNetwork

/// A model file that was read: the model, and its identity.
package struct ModelFile: Sendable {
    package let model: TrainedModel
    /// The file's path.
    package let path: String
    /// SHA-256 of the file's bytes, hexadecimal.
    package let sha256: String
    /// The file's size.
    package let bytes: Int

    /// Reads and recognizes a model file. Its tensors are checked against the configuration by
    /// ``EmotionClassifier/init(_:)``, or by ``GaitGenerator/init(_:path:)`` for a generator.
    ///
    /// - Throws: ``ModelError/weights(_:)`` for a damaged file, ``ModelError/unknownModel(path:reason:)`` for one
    ///   that is not a model.
    package init(contentsOf path: String) throws(ModelError) {
        let file: SafeTensors
        do { file = try SafeTensors(contentsOf: path) } catch { throw .weights(error) }
        let data = (try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data()
        sha256 = SHA256.hexadecimal(of: data)
        bytes = data.count
        self.path = path
        let description: ModelDescription
        if let read = try ModelDescription.read(file.metadata, path: path) {
            description = read
        } else {
            switch ReleasedWeights.recognise(file.names) {
            case .classifier?: description = try ReleasedWeights.classifierDescription(file)
            case .generator?: description = try ReleasedWeights.generatorDescription(file)
            case nil:
                throw .unknownModel(
                    path: path,
                    reason: "it has no configuration, and its tensors are not those of the released weights")
            }
        }
        do { try description.validate() } catch {
            throw .unknownModel(path: path, reason: error.description)
        }
        // Decayed weights that add nothing would make every product slow.
        model = TrainedModel(
            description: description, tensors: file.names.compactMap { file[$0]?.withoutTinyValues })
    }
}

/// A complete model as values, to pass between threads and files: its description and its tensors.
package struct TrainedModel: Sendable {
    package var description: ModelDescription
    package var tensors: [SafeTensors.Entry]

    /// Writes a model file, replacing an existing one only when the new one is complete.
    ///
    /// - Throws: ``ModelError/weights(_:)``.
    package func write(to path: String) throws(ModelError) {
        let metadata = try metadata()
        do { try SafeTensors.write(tensors, metadata: metadata, to: path) } catch { throw .weights(error) }
    }

    /// The bytes of a model file.
    ///
    /// - Throws: ``ModelError/configuration(_:)`` if a value is not a number.
    package func encoded() throws(ModelError) -> Data {
        let metadata = try metadata()
        do { return try SafeTensors.encode(tensors, metadata: metadata) } catch {
            throw .configuration("cannot be encoded: \(error)")
        }
    }

    /// The Euclidean norm of the change of all weights, relative to the older ones; nil if the networks differ.
    package func change(from older: TrainedModel) -> Double? {
        guard older.tensors.map(\.name).sorted() == tensors.map(\.name).sorted() else { return nil }
        let newer = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0) })
        var (difference, norm) = (0.0, 0.0)
        for tensor in older.tensors {
            guard let match = newer[tensor.name], match.shape == tensor.shape else { return nil }
            for (old, new) in zip(tensor.values, match.values) {
                difference += Double((new - old) * (new - old))
                norm += Double(old * old)
            }
        }
        return norm > 0 ? (difference / norm).squareRoot() : 0
    }

    private func metadata() throws(ModelError) -> [String: String] {
        do { return try description.metadata() } catch {
            throw .configuration("cannot be encoded: \(error)")
        }
    }
}

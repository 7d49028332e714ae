package import Foundation
package import NeuralNetwork

/// A whole model as values: what it says of itself, and its tensors. Passed between threads and files.
package struct TrainedModel: Sendable {
    package var description: ModelDescription
    package var tensors: [SafeTensors.Entry]

    package init(description: ModelDescription, tensors: [SafeTensors.Entry]) {
        (self.description, self.tensors) = (description, tensors)
    }

    /// Writes a model file, replacing one of the same name only when the new one is whole.
    ///
    /// - Throws: ``ModelError/weights(_:)``.
    package func write(to path: String) throws(ModelError) {
        let metadata = try metadata()
        do { try SafeTensors.write(tensors, metadata: metadata, to: path) } catch { throw .weights(error) }
    }

    /// The bytes of a model file.
    ///
    /// - Throws: ``ModelError/configuration(_:)`` where a value is not a number.
    package func encoded() throws(ModelError) -> Data {
        let metadata = try metadata()
        do { return try SafeTensors.encode(tensors, metadata: metadata) } catch {
            throw .configuration("cannot be encoded: \(error)")
        }
    }

    private func metadata() throws(ModelError) -> [String: String] {
        do { return try description.metadata() } catch {
            throw .configuration("cannot be encoded: \(error)")
        }
    }
}

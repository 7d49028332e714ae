import Foundation
import TestSupport

@testable import NeuralNetwork
@testable import Storage

/// A registry of files that are safetensors and no models, with a packaged one beside it.
struct TestRegistry {
    var registry: ModelRegistry

    /// Without a folder in it: the registry makes its own.
    init(in folder: TemporaryFolder) throws {
        let packaged = folder.path("packaged.safetensors")
        if !FileManager.default.fileExists(atPath: packaged) {
            try folder.write("packaged.safetensors", Self.weights(0))
        }
        registry = try ModelRegistry(directory: folder.path("models"), packaged: packaged)
    }

    static func weights(_ number: Int, padding: Int = 0) throws -> Data {
        try SafeTensors.encode(
            [.init(name: "x", shape: [8], values: Array(repeating: Float(number), count: 8))],
            metadata: ["padding": String(repeating: "x", count: padding)])
    }

    static func metadata(_ version: Int, gaits: [Int64] = [1, 2], parent: Int = 0, isAccepted: Bool = true)
        -> ModelMetadata
    {
        ModelMetadata(
            version: version, parent: parent, dataHash: "ab", gaits: gaits,
            metrics: ["balanced_accuracy": 0.5],
            decision: .init(isAccepted: isAccepted, reason: "better", figures: ["gain": 0.125]),
            command: "gaitctl retrain", seed: .max, created: 3)
    }

    @discardableResult
    func add(
        _ version: Int, gaits: [Int64] = [1, 2], parent: Int = 0, isAccepted: Bool = true, padding: Int = 0,
        generator: Data? = nil
    ) throws -> RegisteredModel {
        try registry.add(
            Self.metadata(version, gaits: gaits, parent: parent, isAccepted: isAccepted),
            weights: try Self.weights(version, padding: padding), generator: generator)
    }
}

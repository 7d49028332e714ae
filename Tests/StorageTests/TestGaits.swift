import Foundation
import Gait
import TestSupport

@testable import Storage

/// Gaits for tests; their coordinates are different numbers each.
enum TestGaits {
    static func gait(_ number: Int = 1, frames: Int = 75) -> Gait {
        Gait(validated: (0..<frames * Gait.valuesPerFrame).map { Float($0) / 1000 + Float(number) * 17.125 })
    }

    static func new(
        _ label: String = "happy", subject: String = "r1/7/1", person: String = "7", robot: String = "r1",
        number: Int = 1, isSynthetic: Bool = false
    ) -> NewGait {
        NewGait(
            robot: robot, person: person, subject: subject, annotator: "anna", label: label, start: 100,
            end: 102.5,
            gait: gait(number), coverage: 0.97, isSynthetic: isSynthetic)
    }

    /// A store in a folder; no disk space is kept free, since a test's disk may be nearly full.
    static func store(in folder: TemporaryFolder, name: String = "gaits.sqlite") throws -> GaitStore {
        try GaitStore(path: folder.path(name), minimumFreeBytes: 0)
    }
}

/// A registry of files that are no models, with a packaged one beside it.
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
        Data("weights \(number)".utf8) + Data(repeating: UInt8(ascii: "x"), count: padding)
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

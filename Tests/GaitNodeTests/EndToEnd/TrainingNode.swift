import Foundation
import Gait
import Messaging
import NeuralNetwork
import Storage
import TestSupport
import Testing

@testable import GaitNode

/// A node with a store, a registry and a program that stands in for the one that trains.
final class TrainingNode {
    let folder: TemporaryFolder
    let broker: TestBroker
    let client: TestClient
    let node: TestNode

    /// The gait store's path.
    var storePath: String { folder.path("gaits.sqlite") }

    /// - Parameters:
    ///   - script: a shell script's lines in place of `gaitctl`; it is called with `retrain` and its options.
    ///   - gaits: labelled gaits of each emotion that are in the store at the start.
    ///   - folder: an earlier node's, to go on with what it left.
    init(
        script: String = "exit 3", gaits: Int = 2, folder: TemporaryFolder? = nil,
        _ changes: (inout NodeConfiguration) -> Void = { _ in }
    ) async throws {
        let folder = try folder ?? TemporaryFolder()
        self.folder = folder
        broker = try TestBroker()
        client = try TestClient(port: broker.port)
        let program = try folder.script("train", script)
        if gaits > 0 { try Self.fill(folder.path("gaits.sqlite"), gaits: gaits) }
        node = try TestNode(port: broker.port) { configuration in
            configuration.store.path = folder.path("gaits.sqlite")
            configuration.store.minimumFreeMegabytes = 1
            configuration.modelRegistry = folder.path("registry")
            configuration.retrain.program = program
            configuration.retrain.dailyAt = "never"
            configuration.retrain.minimumGaitsPerClass = 2
            configuration.retrain.maximumLoad = 64
            changes(&configuration)
        }
        try await client.nodeIsOnline()
    }

    /// Asks for a retraining, which is accepted.
    func retrain(_ json: String = "{}", sourceLocation: SourceLocation = #_sourceLocation) async throws -> Int
    {
        let answer = try await client.ask("retrain", json)
        return Int(try #require(answer.data?["job"]?.number, "\(answer)", sourceLocation: sourceLocation))
    }

    /// The registry that the node serves from.
    func registry() throws -> ModelRegistry {
        try ModelRegistry(directory: folder.path("registry"), packaged: folder.path("none"))
    }

    /// Registers a model that reads every walk as one emotion, as a training does.
    @discardableResult
    func register(
        version: Int, favourite: Int, gaits: [Int64] = [], labels: [String] = Daemon.labels, job: Int64? = nil
    ) throws -> RegisteredModel {
        let path = folder.path("candidate.safetensors")
        try TestModel.write(to: path, labels: labels, version: version, favourite: favourite)
        let metadata = ModelMetadata(
            version: version, parent: 0, dataHash: "", gaits: gaits, metrics: [:],
            decision: .init(isAccepted: true, reason: "better", figures: [:]), command: "test", seed: 1,
            created: job == nil ? 1 : Arrival.wallClockSeconds(), job: job)
        return try registry().add(metadata, weights: Data(contentsOf: URL(filePath: path)))
    }

    private static func fill(_ path: String, gaits: Int) throws {
        let store = try GaitStore(path: path, minimumFreeBytes: 0)
        let walk = Gait(validated: (0..<75 * Gait.valuesPerFrame).map { Float($0 % 48) / 48 })
        for emotion in Emotion.allCases {
            for index in 0..<gaits {
                let name = "\(emotion.rawValue)\(index)"
                try store.add([
                    NewGait(
                        robot: "r1", person: name, subject: name, label: emotion.rawValue, start: 0, end: 2.5,
                        gait: walk)
                ])
            }
        }
        try store.close()
    }
}

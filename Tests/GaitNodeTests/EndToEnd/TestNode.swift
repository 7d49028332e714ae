import Configuration
import Foundation
import Gait
import Logging
import Messaging
import ServiceLifecycle
import Storage
import TestSupport
import Testing

@testable import GaitNode

/// A node in this process, from configuration in memory, quicker than the defaults.
final class TestNode {
    let broker: TestBroker
    let lines = LogLines()
    /// Holds the model, and a training node's store and registry.
    let folder: TemporaryFolder
    private let group: ServiceGroup
    private let running: Task<Void, any Error>

    /// - Parameters:
    ///   - folder: an earlier node's, to go on with what it left.
    ///   - logger: takes the node's lines; `lines` if nil.
    ///   - notification: stands for systemd.
    ///   - personTimeout: after how many seconds out of sight a person has left; long where a busy machine keeps the
    ///     test from publishing.
    ///   - lifter: stands for that of the build.
    ///   - changes: what differs from the quick defaults.
    init(
        at broker: TestBroker, folder: TemporaryFolder? = nil, personTimeout: Double = 0.5,
        logger: Logger? = nil, notification: ServiceNotification = ServiceNotification(),
        lifter: LifterStub? = nil,
        _ changes: (inout NodeConfiguration) throws -> Void = { _ in }
    ) throws {
        self.broker = broker
        self.folder = try folder ?? TemporaryFolder()
        try TestModel.write(to: self.folder.path("model.safetensors"))
        var configuration = try NodeConfiguration(
            reader: TestConfiguration.reader(), folder: self.folder.path)
        configuration.broker.host = "127.0.0.1"
        configuration.broker.port = broker.port
        configuration.modelPath = self.folder.path("model.safetensors")
        configuration.modelLifter = PackageFolder.lifter
        configuration.pipeline.classifyEvery = 0.1
        configuration.pipeline.personTimeout = personTimeout
        configuration.healthInterval = 0.2
        try changes(&configuration)
        let group = try build(
            configuration: configuration, logger: logger ?? lines.logger,
            notification: notification, loadLifter: lifter?.load ?? LifterLoader.load)
        self.group = group
        running = Task { try await group.run() }
    }

    /// Waits for the node to end by itself.
    func ended() async throws { try await running.value }

    /// Asks the node to stop, and waits until it has.
    func stop() async throws {
        await group.triggerGracefulShutdown()
        try await running.value
    }

    /// The gait store's path.
    var storePath: String { folder.path("gaits.sqlite") }

    /// The registry that the node serves from.
    func registry() throws -> ModelRegistry {
        try ModelRegistry(directory: folder.path("registry"), packaged: folder.path("none"))
    }

    /// Registers a model that reads every walk as one emotion, as a training does.
    @discardableResult
    func register(
        version: Int, favorite: Int, gaits: [Int64] = [], labels: [String] = TestModel.labels,
        job: Int64? = nil
    ) throws -> RegisteredModel {
        let path = folder.path("candidate.safetensors")
        try TestModel.write(to: path, labels: labels, version: version, favorite: favorite)
        let metadata = ModelMetadata(
            version: version, parent: 0, dataHash: "", gaits: gaits, metrics: [:],
            decision: .init(isAccepted: true, reason: "better", figures: [:]), command: "test", seed: 1,
            created: job == nil ? 1 : Arrival.wallClockSeconds(), job: job)
        return try registry().add(metadata, weights: Data(contentsOf: URL(filePath: path)))
    }
}

/// Stands for a lifter.
struct LifterStub {
    let load: LoadLifter
}

/// Runs a test with a node at a broker, which stops with the test.
@discardableResult
func withNode<Value>(
    at broker: TestBroker, folder: TemporaryFolder? = nil, personTimeout: Double = 0.5, logger: Logger? = nil,
    notification: ServiceNotification = ServiceNotification(),
    lifter: LifterStub? = nil,
    _ changes: (inout NodeConfiguration) throws -> Void = { _ in },
    test: (TestNode) async throws -> Value
) async throws -> Value {
    let node = try TestNode(
        at: broker, folder: folder, personTimeout: personTimeout, logger: logger, notification: notification,
        lifter: lifter, changes)
    do {
        let value = try await test(node)
        try await node.stop()
        return value
    } catch {
        try? await node.stop()
        throw error
    }
}

/// Runs a test with a broker, a client that hears everything there, and a node that is online.
@discardableResult
func withNode<Value>(
    settings: [String] = [], folder: TemporaryFolder? = nil, personTimeout: Double = 0.5,
    _ changes: (inout NodeConfiguration) throws -> Void = { _ in },
    test: (TestNode, TestClient) async throws -> Value
) async throws -> Value {
    try await withBroker(settings: settings) { broker, client in
        try await withNode(at: broker, folder: folder, personTimeout: personTimeout, changes) { node in
            try await client.info()
            return try await test(node, client)
        }
    }
}

/// Runs a test with a node that has a store, a registry and a program that stands in for the one that trains.
///
/// - Parameters:
///   - script: a shell script's lines in place of `gaitctl`; it is called with `retrain` and its options.
///   - gaits: labeled gaits of each emotion that are in the store at the start.
///   - folder: an earlier node's, to go on with what it left.
@discardableResult
func withTrainingNode<Value>(
    settings: [String] = [], script: String = "exit 3", gaits: Int = 2, folder: TemporaryFolder? = nil,
    personTimeout: Double = 0.5,
    _ changes: (inout NodeConfiguration) -> Void = { _ in },
    test: (TestNode, TestClient) async throws -> Value
) async throws -> Value {
    let folder = try folder ?? TemporaryFolder()
    let program = try folder.script("train", script)
    if gaits > 0 { try fillStore(folder.path("gaits.sqlite"), gaits: gaits) }
    return try await withNode(
        settings: settings, folder: folder, personTimeout: personTimeout,
        {
            $0.store.path = folder.path("gaits.sqlite")
            $0.store.minimumFreeMegabytes = 1
            $0.modelRegistry = folder.path("registry")
            $0.retrain.program = program
            $0.retrain.dailyAt = "never"
            $0.retrain.minimumGaitsPerClass = 2
            $0.retrain.maximumLoad = 64
            changes(&$0)
        }, test: test)
}

/// Writes a store with so many gaits of each emotion.
private func fillStore(_ path: String, gaits: Int) throws {
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

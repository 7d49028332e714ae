import Configuration
import Foundation
import Logging
import ServiceLifecycle
import TestSupport
import Testing

@testable import GaitNode

/// A node in this process, from configuration in memory, quicker than the defaults.
final class TestNode {
    let lines = LogLines()
    private let folder: TemporaryFolder
    private let group: ServiceGroup
    private let running: Task<Void, any Error>

    /// - Parameters:
    ///   - port: The broker's.
    ///   - logger: Takes the node's lines; `lines` if nil.
    ///   - notification: Stands for systemd.
    ///   - changes: What differs from the quick defaults.
    init(
        port: Int, logger: Logger? = nil, notification: ServiceNotification = ServiceNotification(),
        _ changes: (inout NodeConfiguration) throws -> Void = { _ in }
    ) throws {
        folder = try TemporaryFolder()
        try TestModel.write(to: folder.path + "/model.safetensors")
        var configuration = try NodeConfiguration(
            reader: TestConfiguration.reader(), folder: folder.path)
        configuration.broker.host = "127.0.0.1"
        configuration.broker.port = port
        configuration.modelPath = folder.path + "/model.safetensors"
        configuration.pipeline.classifyEvery = 0.1
        configuration.pipeline.personTimeout = 0.5
        configuration.healthInterval = 0.2
        try changes(&configuration)
        let group = try build(
            configuration: configuration, logger: logger ?? lines.logger, signals: [],
            notification: notification)
        self.group = group
        running = Task { try await group.run() }
    }

    /// Waits for the node to end by itself.
    func ended() async throws {
        try await running.value
    }

    /// Asks the node to stop, and waits until it has.
    func stop() async throws {
        await group.triggerGracefulShutdown()
        try await running.value
    }
}

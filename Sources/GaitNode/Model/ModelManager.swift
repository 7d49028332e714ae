import GaitModels
import Logging
import Messaging
import Storage
import Synchronization

/// Chooses the model to serve: reads the registry, prepares a model off the pipeline's thread and offers it there. For
/// any thread except the cooperative pool's.
final class ModelManager: Sendable {
    /// Nil if `model.registry` is not set or unusable.
    let registry: ModelRegistry?
    private let explains: Bool
    private let slot: ModelSlot
    private let wake: @Sendable () -> Void
    private let logger: Logger
    /// SHA-256 of the served or offered file; locked while another one is prepared.
    private let served: Mutex<String>

    /// Finds the first model: the registry's, or `model.path` if that has none to serve.
    ///
    /// - Parameter wake: Called when a model is in the slot.
    /// - Returns: The manager, and the model, which nothing else uses.
    /// - Throws: `GaitNodeError` if the packaged model cannot be served either.
    static func begin(
        _ configuration: NodeConfiguration, slot: ModelSlot, logger: Logger,
        wake: @escaping @Sendable () -> Void
    ) throws(GaitNodeError) -> (ModelManager, ServedModel) {
        let registry = openRegistry(configuration, logger: logger)
        let explains = configuration.pipeline.explain
        var model: ServedModel?
        do {
            if let registered = try registry?.serving(), registered.version != ModelAliases.packaged {
                model = try prepare(registered.version, registered.path, explains)
            }
        } catch {
            logger.error("\(error); serving 'model.path' instead")
        }
        let first =
            if let model {
                model
            } else {
                try prepare(ModelAliases.packaged, configuration.modelPath, explains)
            }
        return (ModelManager(registry, explains, slot, wake, logger, served: first.card.sha256), first)
    }

    private init(
        _ registry: ModelRegistry?, _ explains: Bool, _ slot: ModelSlot,
        _ wake: @escaping @Sendable () -> Void, _ logger: Logger, served: String
    ) {
        (self.registry, self.explains, self.slot, self.wake) = (registry, explains, slot, wake)
        self.logger = logger
        self.served = Mutex(served)
    }

    /// An unusable folder leaves the robot with the packaged model, not without one.
    private static func openRegistry(_ configuration: NodeConfiguration, logger: Logger) -> ModelRegistry? {
        guard let path = configuration.modelRegistry else { return nil }
        do { return try ModelRegistry(directory: path, packaged: configuration.modelPath) } catch {
            logger.error("'model.registry' cannot be used: \(error)")
            return nil
        }
    }

    /// Serves the registry's serving model, if that is another one.
    func followRegistry() {
        guard let registry else { return }
        do { try serve(registry.serving()) } catch { logger.error("the model is unchanged: \(error)") }
    }

    /// `model/activate`: serves a version; 0 is the packaged model.
    func activate(_ request: RequestMessage) throws -> JSONValue {
        struct Fields: Decodable { let version: WholeNumber }
        let version = try request.decoded(Fields.self).version.value
        return try change(to: version) { try $0.activate(version) }
    }

    /// `model/rollback`: serves the version that served before.
    func rollback() throws -> JSONValue {
        guard let previous = try required().aliases().previous else { throw StorageError.noPreviousModel }
        return try change(to: previous) { try $0.rollback() }
    }

    /// Prepares a model first, so that the registry never names one that cannot be served.
    private func change(
        to version: Int, _ commit: (ModelRegistry) throws -> RegisteredModel
    ) throws -> JSONValue {
        let registry = try required()
        let model = try registry.model(version)
        do { _ = try Self.prepare(model.version, model.path, explains) } catch {
            throw StorageError.damagedModel(version: model.version, reason: "\(error)")
        }
        _ = try commit(registry)
        do { try serve(model) } catch { throw RequestFailure(.unusableModel, "\(error)") }
        return .object(["version": .number(Double(model.version)), "sha256": .string(model.sha256)])
    }

    /// `model/list`: the versions, oldest first.
    func list() throws -> JSONValue {
        let registry = try required()
        let aliases = registry.aliases()
        let versions = registry.versions().map { version in
            JSONValue.object([
                "version": .number(Double(version.version)), "sha256": .string(version.sha256),
                "aliases": .array(aliases.names(of: version.version).map { .string($0) }),
                "parent": version.parent.map { .number(Double($0)) } ?? .null,
                "created": .number(version.created), "gaits": .number(Double(version.gaits.count)),
                "accepted": .boolean(version.decision.isAccepted), "reason": .string(version.decision.reason),
                "stale": .boolean(version.isStale),
                "metrics": .object(version.metrics.filter(\.value.isFinite).mapValues { .number($0) }),
            ])
        }
        return .object([
            "serving": .number(Double(aliases.serving)),
            "previous": aliases.previous.map { .number(Double($0)) } ?? .null, "versions": .array(versions),
            "damaged": .array(registry.damagedVersions().map { .number(Double($0)) }),
        ])
    }

    /// Marks the versions that were trained on forgotten gaits; none without a registry.
    func markStale(_ gaits: [Int64]) throws -> [Int] {
        guard let registry, !gaits.isEmpty else { return [] }
        return try registry.markStale(gaits: gaits)
    }

    private func required() throws -> ModelRegistry {
        guard let registry else {
            throw RequestFailure(
                .noRegistry,
                "this node has no model registry: 'model.registry' is not set or cannot be used; see its log")
        }
        return registry
    }

    /// - Parameter version: In the registry.
    private static func prepare(
        _ version: Int, _ path: String, _ explains: Bool
    ) throws(GaitNodeError) -> ServedModel {
        let isPackaged = version == ModelAliases.packaged
        let key = isPackaged ? ConfigurationTable.name(\.modelPath) : ConfigurationTable.name(\.modelRegistry)
        return try ServedModel(path: path, key: key, explain: explains)
    }

    private func serve(_ model: RegisteredModel) throws(GaitNodeError) {
        try served.withLock { served throws(GaitNodeError) in
            guard model.sha256 != served else { return }
            let next = try Self.prepare(model.version, model.path, explains)
            served = next.card.sha256
            slot.offer(next)
        }
        wake()
    }
}

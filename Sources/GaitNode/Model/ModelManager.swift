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
    /// The served or offered model; locked while another one is prepared.
    private let current: Mutex<Served>

    /// A model that serves: its number in the registry, and the SHA-256 of its file.
    struct Served {
        let version: Int
        let sha256: String
    }

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
        var version = ModelAliases.packaged
        do {
            if let registered = try registry?.serving(), registered.version != ModelAliases.packaged {
                model = try prepare(registered.version, registered.path, explains)
                version = registered.version
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
        let served = Served(version: version, sha256: first.card.sha256)
        return (ModelManager(registry, explains, slot, wake, logger, served), first)
    }

    private init(
        _ registry: ModelRegistry?, _ explains: Bool, _ slot: ModelSlot,
        _ wake: @escaping @Sendable () -> Void, _ logger: Logger, _ served: Served
    ) {
        (self.registry, self.explains, self.slot, self.wake) = (registry, explains, slot, wake)
        self.logger = logger
        current = Mutex(served)
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

    /// The model that serves, or will between the next two batches.
    var served: Served { current.withLock { $0 } }

    /// Serves the registry's serving model after gaits were forgotten; if that cannot be loaded, and what serves now has
    /// learned from them, the packaged model.
    ///
    /// - Throws: `GaitNodeError`, `StorageError` if that cannot be loaded either.
    func leaveStale() throws {
        guard let registry else { return }
        do { try serve(registry.serving()) } catch {
            let sha256 = served.sha256
            guard registry.versions().contains(where: { $0.sha256 == sha256 && $0.isStale }) else {
                return logger.error("the model is unchanged: \(error)")
            }
            try serve(registry.model(ModelAliases.packaged))
        }
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
        try current.withLock { current throws(GaitNodeError) in
            guard model.sha256 != current.sha256 else { return }
            let next = try Self.prepare(model.version, model.path, explains)
            current = Served(version: model.version, sha256: next.card.sha256)
            slot.offer(next)
        }
        wake()
    }
}

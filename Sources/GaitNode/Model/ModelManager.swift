import GaitModels
import Logging
import Messaging
import Storage
import Synchronization

/// Which model is served: reads the registry, prepares a model off the pipeline's thread and offers it there. For any
/// thread but the cooperative pool's.
final class ModelManager: Sendable {
    let registry: ModelRegistry?
    private let explains: Bool
    private let slot: ModelSlot
    private let wake: @Sendable () -> Void
    private let logger: Logger
    /// SHA-256 of the file that is served, or offered; locked while another is prepared.
    private let served: Mutex<String>

    /// Finds the model to begin with: the registry's, or `model.path` where there is none that can be served.
    ///
    /// - Parameters:
    ///   - wake: Called when a model is in the slot.
    /// - Returns: The switch, and the model, which nobody else uses.
    /// - Throws: `GaitNodeError` where the packaged model cannot be served either.
    static func begin(
        _ configuration: NodeConfiguration, slot: ModelSlot, logger: Logger,
        wake: @escaping @Sendable () -> Void
    ) throws(GaitNodeError) -> (ModelManager, ServedModel) {
        let registry = openRegistry(configuration, logger: logger)
        let explains = configuration.pipeline.explain
        var model: ServedModel?
        if let registry {
            do {
                let registered = try registry.serving()
                if registered.version != ModelAliases.packaged {
                    model = try ServedModel(
                        path: registered.path, key: ConfigurationTable.name(\.modelRegistry),
                        explain: explains)
                }
            } catch {
                logger.error("\(error); 'model.path' is served instead")
            }
        }
        let first: ServedModel
        if let model {
            first = model
        } else {
            first = try ServedModel(
                path: configuration.modelPath, key: ConfigurationTable.name(\.modelPath), explain: explains)
        }
        let change = ModelManager(
            registry: registry, explains: explains, slot: slot, wake: wake, logger: logger,
            served: first.card.sha256)
        return (change, first)
    }

    private init(
        registry: ModelRegistry?, explains: Bool, slot: ModelSlot, wake: @escaping @Sendable () -> Void,
        logger: Logger, served: String
    ) {
        (self.registry, self.explains, self.slot, self.wake) = (registry, explains, slot, wake)
        self.logger = logger
        self.served = Mutex(served)
    }

    /// A folder that cannot be used leaves the robot with the packaged model, not without one.
    private static func openRegistry(_ configuration: NodeConfiguration, logger: Logger) -> ModelRegistry? {
        guard let path = configuration.modelRegistry else { return nil }
        do { return try ModelRegistry(directory: path, packaged: configuration.modelPath) } catch {
            logger.error("'model.registry' cannot be used: \(error)")
            return nil
        }
    }

    /// The registry's folder; nil where there is none.
    var directory: String? { registry?.directory }

    /// Serves what the registry says is to be served, where that is another model.
    func followRegistry() {
        guard let registry else { return }
        do {
            try serve(registry.serving())
        } catch {
            logger.error("the model stays as it is: \(error)")
        }
    }

    /// `model/activate`: serves a version; 0 is the packaged model.
    func activate(_ request: RequestMessage) throws(RequestFailure) -> JSONValue {
        struct Fields: Decodable { let version: WholeNumber }
        let version: Int
        do { version = try request.decoded(Fields.self).version.value } catch { throw RequestFailure(error) }
        return try change { registry throws(StorageError) in
            try registry.model(version)
        } to: {
            registry throws(StorageError) in
            try registry.activate(version)
        }
    }

    /// `model/rollback`: serves the version that was served before.
    func rollback() throws(RequestFailure) -> JSONValue {
        try change { registry throws(StorageError) in
            guard let previous = registry.aliases().previous else { throw .noPreviousModel }
            return try registry.model(previous)
        } to: { registry throws(StorageError) in
            try registry.rollback()
        }
    }

    /// Prepares a model first, so that the registry never names one that cannot be served.
    private func change(
        _ find: (ModelRegistry) throws(StorageError) -> RegisteredModel,
        to commit: (ModelRegistry) throws(StorageError) -> RegisteredModel
    ) throws(RequestFailure) -> JSONValue {
        let registry = try required()
        let model: RegisteredModel
        do throws(StorageError) {
            model = try find(registry)
            do { _ = try prepare(model) } catch {
                throw .damagedModel(version: model.version, reason: "\(error)")
            }
            _ = try commit(registry)
        } catch { throw RequestFailure(error) }
        do { try serve(model) } catch { throw RequestFailure(.unusableModel, "\(error)") }
        return .object(["version": .number(Double(model.version)), "sha256": .string(model.sha256)])
    }

    /// `model/list`: the versions, oldest first.
    func list() throws(RequestFailure) -> JSONValue {
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

    /// Marks the versions that were trained on gaits that were forgotten; none where there is no registry.
    func markStale(_ gaits: [Int64]) throws(RequestFailure) -> [Int] {
        guard let registry, !gaits.isEmpty else { return [] }
        do { return try registry.markStale(gaits: gaits) } catch { throw RequestFailure(error) }
    }

    private func required() throws(RequestFailure) -> ModelRegistry {
        guard let registry else {
            throw RequestFailure(
                .noRegistry,
                "this node keeps no models: 'model.registry' is not set, or cannot be used, see its log")
        }
        return registry
    }

    private func prepare(_ model: RegisteredModel) throws(GaitNodeError) -> ServedModel {
        let isPackaged = model.version == ModelAliases.packaged
        let key = isPackaged ? ConfigurationTable.name(\.modelPath) : ConfigurationTable.name(\.modelRegistry)
        return try ServedModel(path: model.path, key: key, explain: explains)
    }

    private func serve(_ model: RegisteredModel) throws(GaitNodeError) {
        try served.withLock { served throws(GaitNodeError) in
            guard model.sha256 != served else { return }
            let next = try prepare(model)
            served = next.card.sha256
            slot.offer(next)
        }
        wake()
    }
}

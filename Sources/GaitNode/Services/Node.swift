import Foundation
import Gait
import GaitModels
package import Logging
import Messaging
package import ServiceLifecycle
package import UnixSignals

/// Assembles the daemon: the model, the client, the pipeline and the service that runs them.
///
/// - Parameters:
///   - configuration: Typed and checked, from files and environment or from memory.
///   - logger: Takes everything that the node has to say to its operator.
///   - signals: What ends the node gracefully; none in tests, which ask the group itself.
/// - Returns: The group to run. It ends within two seconds of being asked to.
/// - Throws: `GaitNodeError` when the model or the password file cannot be used or the client not be set up.
package func build(
    configuration: NodeConfiguration, logger: Logger, signals: [UnixSignal] = [.sigterm, .sigint]
) throws(GaitNodeError) -> ServiceGroup {
    try build(
        configuration: configuration, logger: logger, signals: signals, notification: ServiceNotification())
}

/// As above, telling the node's state to another than systemd.
func build(
    configuration given: NodeConfiguration, logger: Logger, signals: [UnixSignal],
    notification: ServiceNotification
) throws(GaitNodeError) -> ServiceGroup {
    var configuration = given
    let (file, classifier) = try loadClassifier(path: configuration.modelPath)
    if configuration.pipeline.minimumConfidence == nil {
        configuration.pipeline.minimumConfidence = classifier.minimumConfidence.map(Double.init)
    }
    let explainer = configuration.pipeline.explain ? try loadExplainer(path: configuration.modelPath) : nil
    let card = classifier.card
    let second: SecondClassifier?
    let labels = try EmotionLabels(names: card.labels, path: configuration.modelPath)
    let queue: BoundedQueue<PipelineInput>
    let topics: Topics
    let client: MQTTClient
    let info: InfoMessage
    let connection = ConnectionWatch(logger: logger)
    let settings = try clientConfiguration(configuration, logger: logger)
    do {
        let hasSecondCore = ProcessInfo.processInfo.activeProcessorCount > 1
        second = hasSecondCore ? try SecondClassifier(file) : nil
        queue = try BoundedQueue(capacity: PipelineLimits.queuedMessages)
        topics = try configuration.topics()
        info = try InfoMessage(configuration: configuration, card: card)
        client = try MQTTClient(
            settings, onMessage: { queue.push(.message($0)) },
            onConnection: { event in
                connection.note(event)
                if case .connected = event { queue.push(.connected) }
            })
        for filter in configuration.robots.flatMap({ topics.skeletonFilters(robot: $0) }) {
            try client.subscribe(filter)
        }
    } catch {
        throw .messaging(reason: "\(error)")
    }
    let pipeline = Pipeline(
        configuration: configuration, topics: topics, classifier: classifier, explainer: explainer,
        second: second, labels: labels, info: info, client: client, queue: queue, connection: connection,
        notification: notification, logger: logger)
    let service = NodeService(
        client: client, queue: queue, notification: notification, logger: logger,
        pipeline: HandedOver(pipeline))
    logger.info("model \(card.name) version \(card.version) from \(configuration.modelPath)")
    return ServiceGroup(services: [service], gracefulShutdownSignals: signals, logger: logger)
}

/// The model's file and a classifier of it.
private func loadClassifier(
    path: String
) throws(GaitNodeError) -> (file: ModelFile, classifier: EmotionClassifier) {
    do {
        let file = try ModelFile(contentsOf: path)
        return (file, try EmotionClassifier(file.model, path: path, sha256: file.sha256))
    } catch {
        throw .model(path: path, reason: "\(error)")
    }
}

/// What explains the model's emotions. Asked for a model that has been loaded: what is wrong is then its kind.
private func loadExplainer(path: String) throws(GaitNodeError) -> GaitExplainer {
    do {
        let file = try ModelFile(contentsOf: path)
        guard file.model.description.kind == .step else {
            throw GaitNodeError.invalidValue(
                key: ConfigurationTable.explain.row.name, value: "true",
                allowed: "false, since \(path) is a linear SVM, which sees no joints")
        }
        return try GaitExplainer(file.model, path: path)
    } catch let error as GaitNodeError {
        throw error
    } catch {
        throw .model(path: path, reason: "\(error)")
    }
}

/// The client's settings, with the password from its file.
private func clientConfiguration(
    _ configuration: NodeConfiguration, logger: Logger
) throws(GaitNodeError) -> MQTTClient.Configuration {
    let broker = configuration.broker
    var settings = MQTTClient.Configuration(
        host: broker.host, port: broker.port, clientIdentifier: "gaitd-\(configuration.nodeIdentifier)")
    settings.keepAliveSeconds = broker.keepAlive
    settings.maximumPayloadBytes = PipelineLimits.payloadBytes
    settings.maximumQueuedMessages = PipelineLimits.outgoingMessages
    settings.username = broker.username
    if let path = broker.passwordFile {
        guard broker.username != nil else {
            throw .passwordFile(path: path, reason: "'mqtt.username' is not set")
        }
        let file = try PasswordFile(path: path)
        settings.password = file.password
        if file.isWorldReadable {
            logger.warning("password file \(path) can be read by every user, chmod 600 keeps it secret")
        }
    }
    do {
        settings.will = StateMessage.message(.offline, topic: try configuration.topics().state)
    } catch {
        throw .messaging(reason: "\(error)")
    }
    return settings
}

extension NodeConfiguration {
    /// The topics of this node.
    func topics() throws(MessagingError) -> Topics {
        try Topics(node: nodeIdentifier, robots: robotsPrefix, nodes: nodePrefix)
    }
}

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
    configuration: NodeConfiguration, logger: Logger, signals: [UnixSignal],
    notification: ServiceNotification
) throws(GaitNodeError) -> ServiceGroup {
    let shared = SharedParts()
    let queue: BoundedQueue<PipelineInput>
    do { queue = try BoundedQueue(capacity: PipelineLimits.queuedMessages) } catch {
        throw .messaging(reason: "\(error)")
    }
    let (models, model) = try ModelSwitch.begin(configuration, slot: shared.models, logger: logger) {
        queue.push(.modelOffered)
    }
    let connection = ConnectionWatch(logger: logger)
    let settings = try clientConfiguration(configuration, logger: logger)
    logger.info("model \(model.card.name) version \(model.card.version) is served")
    let poseModels = PoseModels(configuration.perception)
    poseModels.log(to: logger)
    let service: NodeService
    do {
        let topics = try configuration.topics()
        let intake = try RequestIntake(topics: topics, figures: shared.requests)
        let frames = try poseModels.frameTable(topics: topics, configuration.perception)
        let client = try MQTTClient(
            settings,
            onMessage: { message in
                if frames?.take(message) != true, !intake.take(message) { queue.push(.message(message)) }
            },
            onOversized: { message, bytes in
                if frames?.take(message, oversizedBytes: bytes) != true {
                    _ = intake.take(message, oversizedBytes: bytes)
                }
            },
            onConnection: { event in
                connection.note(event)
                if case .connected = event { queue.push(.connected) }
            })
        for filter in configuration.robots.flatMap({ topics.skeletonFilters(robot: $0) }) {
            try client.subscribe(filter)
        }
        if frames != nil {
            for robot in configuration.robots {
                try client.subscribe(
                    topics.frameFilter(robot: robot),
                    maximumPayloadBytes: configuration.perception.maximumFrameBytes)
            }
        }
        try client.subscribe(topics.requestFilter, qualityOfService: .atLeastOnce)
        let responses = ResponsePublisher(
            client: client, topics: topics, figures: shared.requests, logger: logger)
        intake.setResponses(responses)
        let access = StoreAccess(configuration.store)
        let supervisor = try RetrainSupervisor(
            configuration: configuration, access: access, models: models, logger: logger)
        let labels = LabelDesk(
            access: access, history: shared.history, figures: shared.requests, supervisor: supervisor,
            models: models,
            node: configuration.nodeIdentifier, run: "\(Int(Arrival.wallClockSeconds()))")
        let desk = RequestDesk(
            intake: intake, topics: topics, responses: responses, board: shared.board, labels: labels)
        let loop = RetrainLoop(supervisor: supervisor, client: client, topics: topics, connection: connection)
        let cameras = CameraFigures(
            information: poseModels.information,
            perception: PerceptionFigures(fixedState: poseModels.fixedState), frames: frames)
        let pipeline = try Pipeline(
            configuration: configuration, topics: topics, model: model, client: client, queue: queue,
            connection: connection, shared: shared, cameras: cameras, notification: notification,
            logger: logger)
        let reader = poseModels.reader(cameras, configuration.perception, logger: logger) {
            queue.push(.camera($0))
        }
        service = NodeService(
            client: client, queue: queue, intake: intake, frames: frames, supervisor: supervisor,
            notification: notification,
            logger: logger,
            pipeline: HandedOver(pipeline), desk: HandedOver(desk),
            loop: HandedOver(loop), reader: HandedOver(reader))
    } catch {
        throw .messaging(reason: "\(error)")
    }
    return ServiceGroup(services: [service], gracefulShutdownSignals: signals, logger: logger)
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

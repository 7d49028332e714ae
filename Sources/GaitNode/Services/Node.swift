import Foundation
import Gait
import GaitModels
package import Logging
import Messaging
import Perception
package import ServiceLifecycle
import Synchronization
package import UnixSignals

/// Assembles the daemon: the model, the client, the pipeline and the service that runs them.
///
/// - Parameters:
///   - configuration: Typed and checked, from files and environment or from memory.
///   - logger: Takes all messages to the operator.
///   - levels: Takes changed log levels when the configuration is reloaded.
///   - read: Rereads the configuration on SIGHUP; nil if there is no file.
///   - signals: The signals that stop the node gracefully; none in tests, which ask the group itself.
/// - Returns: The group to run. It ends within two seconds of a request to stop.
/// - Throws: `GaitNodeError` if the model or the password file cannot be used, or the client cannot be set up.
package func build(
    configuration: NodeConfiguration, logger: Logger, levels: LogLevels? = nil,
    signals: [UnixSignal] = [.sigterm, .sigint], read: ConfigurationReload.Read? = nil
) throws(GaitNodeError) -> ServiceGroup {
    try build(
        configuration: configuration, logger: logger, levels: levels, signals: signals,
        notification: ServiceNotification(), read: read)
}

/// As above, with the receiver of the node's state.
func build(
    configuration: NodeConfiguration, logger: Logger, levels: LogLevels? = nil, signals: [UnixSignal],
    notification: ServiceNotification, read: ConfigurationReload.Read? = nil
) throws(GaitNodeError) -> ServiceGroup {
    let shared = SharedParts()
    let queue: BoundedQueue<PipelineInput>
    do { queue = try BoundedQueue(capacity: PipelineLimits.queuedMessages) } catch {
        throw .messaging(reason: "\(error)")
    }
    let (models, model) = try ModelManager.begin(
        configuration, slot: shared.models, logger: logger.of(.training)
    ) {
        queue.push(.modelOffered)
    }
    let connection = ConnectionMonitor(logger: logger.of(.mqtt))
    let settings = try MQTTClient.Configuration(configuration, logger: logger.of(.mqtt))
    logger.info("serving model \(model.card.name) version \(model.card.version)")
    let poseModels = PoseModels(configuration.perception)
    poseModels.log(to: logger.of(.perception))
    let service: NodeService
    do {
        let topics = try configuration.topics()
        let intake = try RequestIntake(topics: topics, metrics: shared.requests)
        let frames = try poseModels.mailbox(topics: topics, configuration.perception)
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
        try client.subscribe(to: topics, configuration, takesFrames: frames != nil)
        let responses = ResponsePublisher(
            client: client, topics: topics, metrics: shared.requests, logger: logger.of(.requests))
        intake.setResponses(responses)
        let access = StoreAccess(configuration.store)
        let coordinator = try RetrainingCoordinator(
            configuration: configuration, access: access, models: models, pauses: shared.pauses,
            logger: logger.of(.training))
        let labels = LabelHandler(
            access: access, history: shared.history, optOuts: shared.pauses, metrics: shared.requests,
            coordinator: coordinator, models: models, node: configuration.nodeIdentifier,
            run: "\(Int(Arrival.wallClockSeconds()))")
        let optOuts = OptOutHandler(
            optOuts: shared.pauses, access: access, logger: logger.of(.requests),
            wake: { queue.push(.pausesChanged) })
        let router = RequestRouter(
            intake: intake, topics: topics, responses: responses, status: shared.status, labels: labels,
            optOuts: optOuts)
        let worker = RetrainingWorker(
            coordinator: coordinator, client: client, topics: topics, connection: connection)
        let reload = ConfigurationReload(
            configuration, read: read, levels: levels, logger: logger,
            wake: { queue.push(.configurationChanged) })
        let cameras = CameraMetrics(
            information: poseModels.information,
            perception: PerceptionMetrics(fixedState: poseModels.fixedState), frames: frames)
        let pipeline = try Pipeline(
            configuration: configuration, topics: topics, model: model, client: client, queue: queue,
            connection: connection, shared: shared, reload: reload, cameras: cameras,
            notification: notification, logger: logger.of(.pipeline))
        let reader = poseModels.reader(
            cameras, configuration.perception, pauses: shared.pauses, logger: logger.of(.perception)
        ) {
            queue.push(.camera($0))
        }
        let nameCheck = try NodeNameCheck(settings: settings, topics: topics, connection: connection)
        service = NodeService(
            node: configuration.nodeIdentifier, nameCheck: nameCheck, client: client, queue: queue,
            intake: intake, frames: frames, optOuts: optOuts, coordinator: coordinator,
            notification: notification, reload: reload, logger: logger,
            pipeline: HandedOver(pipeline), router: HandedOver(router),
            worker: HandedOver(worker), reader: HandedOver(reader))
    } catch {
        throw .messaging(reason: "\(error)")
    }
    return ServiceGroup(services: [service], gracefulShutdownSignals: signals, logger: logger)
}

extension MQTTClient {
    /// Subscribes to the robots' messages and to the requests to this node.
    fileprivate func subscribe(
        to topics: Topics, _ configuration: NodeConfiguration, takesFrames: Bool
    ) throws(MessagingError) {
        for robot in configuration.robots {
            for filter in topics.skeletonFilters(robot: robot) { try subscribe(configuration.shared(filter)) }
            guard takesFrames else { continue }
            try subscribe(
                configuration.shared(topics.frameFilter(robot: robot)),
                maximumPayloadBytes: configuration.perception.maximumFrameBytes)
        }
        try subscribe(topics.requestFilter, qualityOfService: .atLeastOnce)
    }
}

extension NodeConfiguration {
    /// The filter for a robot's messages: all of them, or this node's share if nodes share them.
    func shared(_ filter: String) -> String {
        broker.shareGroup.map { "$share/\($0)/\(filter)" } ?? filter
    }

    /// The topics of this node.
    func topics() throws(MessagingError) -> Topics {
        try Topics(node: nodeIdentifier, robots: robotsPrefix, nodes: nodePrefix)
    }
}

/// State that the node's threads share, each part with its own lock.
struct SharedParts: Sendable {
    /// The next model to serve.
    let models = ModelSlot()
    /// The windows that can still be labeled.
    let history = SharedHistory()
    /// The node's latest messages about itself.
    let status = NodeStatus()
    /// Who has opted out.
    let pauses = SharedOptOuts()
    /// Requests and their outcomes.
    let requests = RequestMetrics()
}

/// The node's latest messages about itself, for requests. For any thread.
final class NodeStatus: Sendable {
    private let newestInfo = Mutex<InfoMessage?>(nil)
    private let newestHealth = Mutex<HealthMessage?>(nil)

    /// The latest `info`.
    var info: InfoMessage? {
        get { newestInfo.withLock { $0 } }
        set { newestInfo.withLock { $0 = newValue } }
    }

    /// The latest `health`; nil before the first.
    var health: HealthMessage? {
        get { newestHealth.withLock { $0 } }
        set { newestHealth.withLock { $0 = newValue } }
    }
}

extension InfoMessage {
    /// The node's version, model, configuration without secrets, and limits.
    ///
    /// - Parameter perception: Whether the node takes camera frames.
    init(
        configuration: NodeConfiguration, card: ModelCard, perception: Perception
    ) throws(MessagingError) {
        self.init(
            node: configuration.nodeIdentifier, version: NodeVersion.current,
            started: Arrival.wallClockSeconds(), model: try JSONValue(card), labels: card.labels,
            configuration: .object(configuration.published),
            limits: [
                "maximum_bodies": Double(SkeletonMessage.maximumBodies),
                "maximum_people": Double(configuration.pipeline.maximumPeople),
                "maximum_sources": Double(PipelineLimits.sources),
                "maximum_queued_messages": Double(PipelineLimits.queuedMessages),
                "maximum_payload_bytes": Double(PipelineLimits.payloadBytes),
                "maximum_queued_requests": Double(RequestLimits.queued),
                "history_seconds": GaitHistory.seconds,
                "maximum_history_bytes": Double(GaitHistory.budget),
                "window_frames": Double(Gait.windowFrames),
                "maximum_cameras": Double(PerceptionLimits.cameras),
                "maximum_frame_bytes": Double(configuration.perception.maximumFrameBytes),
                "maximum_frame_side": Double(PerceptionLimits.jpeg.side),
                "maximum_frame_pixels": Double(PerceptionLimits.jpeg.pixels),
            ], perception: perception)
    }

    /// Replaces the model, and the configuration that depends on it.
    mutating func name(_ card: ModelCard, configuration: NodeConfiguration) throws(MessagingError) {
        model = try JSONValue(card)
        labels = card.labels
        self.configuration = .object(configuration.published)
    }
}

import Foundation
import Gait
import GaitModels
package import Logging
import Messaging
import Perception
package import ServiceLifecycle

/// Assembles the daemon: the model, the client, the pipeline and the service that runs them.
///
/// - Parameters:
///   - configuration: Typed and checked, from files and environment or from memory.
///   - logger: Takes all messages to the operator.
///   - levels: Takes changed log levels when the configuration is reloaded.
///   - read: Rereads the configuration on SIGHUP; nil if there is no file.
///   - notification: Receives the node's state.
///   - loadLifter: Reads the file of `model.lifter`.
/// - Returns: The group to run. It ends within two seconds of a request to stop.
/// - Throws: `GaitNodeError` if the model or the password file cannot be used, or the client cannot be set up.
package func build(
    configuration: NodeConfiguration, logger: Logger, levels: LogLevels? = nil,
    notification: ServiceNotification = ServiceNotification(), read: ConfigurationReload.Read? = nil,
    loadLifter: @escaping LoadLifter = LifterLoader.load
) throws(GaitNodeError) -> ServiceGroup {
    do {
        let service = try NodeService(
            configuration, logger: logger, levels: levels, notification: notification, read: read,
            loadLifter: loadLifter)
        return ServiceGroup(services: [service], logger: logger)
    } catch let error as GaitNodeError {
        throw error
    } catch {
        throw .messaging(reason: explanation(of: error))
    }
}

extension NodeService {
    fileprivate init(
        _ configuration: NodeConfiguration, logger: Logger, levels: LogLevels?,
        notification: ServiceNotification, read: ConfigurationReload.Read?, loadLifter: @escaping LoadLifter
    ) throws {
        let shared = SharedParts()
        let topics = try configuration.topics()
        let queue = try PipelineQueue(topics: topics)
        let wake: @Sendable () -> Void = { queue.wake() }
        let (models, model) = try ModelManager.begin(
            configuration, slot: shared.models, logger: logger.of(.training), wake: wake)
        let connection = ConnectionMonitor(logger: logger.of(.mqtt))
        let settings = try MQTTClient.Configuration(configuration, logger: logger.of(.mqtt))
        logger.info("serving model \(model.card.name) version \(model.card.version)")
        let poseModels = PoseModels(configuration.perception)
        poseModels.log(to: logger.of(.perception))
        let lifter = ServedLifter(path: configuration.modelLifter, load: loadLifter)
        lifter.log(to: logger.of(.pipeline))
        let intake = try RequestIntake(topics: topics, metrics: shared.requests)
        let frames =
            poseModels.networks == nil
            ? nil
            : try FrameMailbox(topics: topics, maximumBytes: configuration.perception.maximumFrameBytes)
        let client = try MQTTClient(
            settings, frames: frames, intake: intake, connection: connection, queue: queue)
        try client.subscribe(to: topics, configuration, takesFrames: frames != nil)
        let responses = ResponsePublisher(
            client: client, topics: topics, metrics: shared.requests, logger: logger.of(.requests))
        intake.setResponses(responses)
        let access = StoreAccess(configuration.store)
        let coordinator = try RetrainingCoordinator(
            configuration: configuration, access: access, models: models, optOuts: shared.optOuts,
            logger: logger.of(.training))
        let optOuts = OptOutHandler(
            optOuts: shared.optOuts, access: access, logger: logger.of(.requests), wake: wake)
        let transactions = TransactionTable()
        let forgetting = Forgetting(
            access: access, models: models, transactions: transactions, logger: logger.of(.training))
        let labels = LabelHandler(
            access: access, shared: shared, coordinator: coordinator, models: models, forgetting: forgetting,
            lifter: lifter,
            node: configuration.nodeIdentifier, run: "\(Int(Arrival.wallClockSeconds()))",
            logger: logger.of(.requests))
        let reload = ConfigurationReload(
            configuration, read: read, levels: levels, logger: logger, wake: wake)
        let cameras = PerceptionMetrics(
            fixedState: poseModels.fixedState, information: poseModels.information, frames: frames)
        let pipeline = try Pipeline(
            configuration: configuration, topics: topics, model: model, lifter: lifter, client: client,
            queue: queue,
            connection: connection, shared: shared, reload: reload, cameras: cameras,
            notification: notification, logger: logger.of(.pipeline))
        var reader: FrameReader?
        if let networks = poseModels.networks, let frames {
            reader = FrameReader(
                frames: frames, metrics: cameras, networks: networks,
                maximumPeople: configuration.perception.maximumPeople, optOuts: shared.optOuts,
                logger: logger.of(.perception), handOn: { queue.push(.camera($0)) })
        }
        let routers = RequestIntake.Lane.allCases.map { lane in
            RequestRouter(
                lane: lane, intake: intake, topics: topics, responses: responses, status: shared.status,
                labels: labels, optOuts: optOuts, transactions: transactions)
        }
        let retention = Retention(access: access, report: shared.retention, logger: logger.of(.training))
        let worker = RetrainingWorker(
            coordinator: coordinator, forgetting: forgetting, retention: retention, client: client,
            topics: topics, connection: connection)
        let nameCheck = try NodeNameCheck(settings: settings, topics: topics, connection: connection)
        self.init(
            node: configuration.nodeIdentifier, nameCheck: nameCheck, client: client, queue: queue,
            intake: intake, frames: frames, optOuts: optOuts, forgetting: forgetting,
            coordinator: coordinator, notification: notification, reload: reload, logger: logger,
            pipeline: HandedOver(pipeline),
            routers: routers, worker: HandedOver(worker), reader: HandedOver(reader))
    }
}

extension MQTTClient {
    /// A client that hands frames, requests and all other messages to the threads that read them.
    fileprivate convenience init(
        _ settings: Configuration, frames: FrameMailbox?, intake: RequestIntake,
        connection: ConnectionMonitor, queue: PipelineQueue
    ) throws(MessagingError) {
        try self.init(
            settings,
            onMessage: { message in
                if frames?.take(message) != true, !intake.take(message) { queue.push(.message(message)) }
            },
            onOversized: { message, bytes in
                if frames?.take(message, oversizedBytes: bytes) != true,
                    !intake.take(message, oversizedBytes: bytes)
                {
                    queue.push(.oversized(message, bytes: bytes))
                }
            },
            onConnection: { event in
                connection.note(event)
                if case .connected = event { queue.wake() }
            })
    }

    /// Subscribes to the robots' messages and to the requests to this node.
    fileprivate func subscribe(
        to topics: Topics, _ configuration: NodeConfiguration, takesFrames: Bool
    ) throws(MessagingError) {
        for robot in configuration.robots {
            for filter in topics.skeletonFilters(robot: robot) { try subscribe(configuration.shared(filter)) }
            guard takesFrames else { continue }
            try subscribe(
                configuration.shared(topics.frame(robot: robot, camera: "+")),
                maximumPayloadBytes: configuration.perception.maximumFrameBytes)
        }
        try subscribe(topics.request("#"), qualityOfService: .atLeastOnce)
    }
}

extension NodeConfiguration {
    /// The filter for a robot's messages: all of them, or this node's share if nodes share them.
    func shared(_ filter: String) -> String {
        broker.shareGroup.map { "$share/\($0)/\(filter)" } ?? filter
    }

    func topics() throws(MessagingError) -> Topics {
        try Topics(node: nodeIdentifier, robots: robotsPrefix, nodes: nodePrefix)
    }
}

/// State that the node's threads share, each part with its own lock.
struct SharedParts: Sendable {
    /// The next model to serve.
    let models = ModelSlot()
    /// The windows that can still be labeled. A lock serves better than a question to the pipeline, which would have to
    /// wait for a batch and could be dropped as messages are.
    let history = SharedState(GaitHistory())
    /// The node's latest messages about itself, for requests.
    let status = SharedState(NodeStatus())
    let optOuts = SharedOptOuts()
    /// What becomes of old gaits, for `health`.
    let retention = SharedState<HealthMessage.Retention?>(nil)
    /// Requests and their outcomes since the start, for `health`.
    let requests = SharedState(HealthMessage.Requests())
}

/// The node's latest messages about itself; nil before the first.
struct NodeStatus {
    var info: InfoMessage?
    var health: HealthMessage?
}

extension InfoMessage {
    /// The node's version, model, configuration without secrets, and limits.
    ///
    /// - Parameters:
    ///   - perception: Whether the node takes camera frames.
    ///   - lifter: Whether it lifts skeletons in pictures.
    init(
        configuration: NodeConfiguration, card: ModelCard, perception: Perception, lifter: Lifter
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
            ], perception: perception, lifter: lifter)
    }
}

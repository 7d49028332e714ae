import GaitModels
import Logging
import Messaging

/// From skeleton messages to emotion messages, on one thread of its own: decode, buffer by person, classify
/// those who are due in one batch, decide, publish. Timers run on the same thread, so that nothing here is
/// shared.
final class Pipeline {
    /// The longest sleep in seconds: how late an absence may be noticed.
    private static let longestSleep = 0.25

    /// As given, but for the smallest confidence, which is the served model's where none was given.
    var configuration: NodeConfiguration
    var info: InfoMessage
    var labels: EmotionLabels
    let client: MQTTClient
    let queue: BoundedQueue<PipelineInput>
    let notification: ServiceNotification
    private let connection: ConnectionMonitor
    /// Where the next model to be served comes from.
    let models: ModelSlot
    let board: NodeStatus
    private let requests: RequestMetrics
    private let cameras: CameraMetrics
    /// The smallest confidence that the configuration names; nil to take each model's own.
    var configuredConfidence: Double?
    /// The served model's own; nil where it has none.
    var servedConfidence: Double?
    let reload: ConfigurationReload

    let optOuts: SharedOptOuts
    /// Who is not read, as of the last look at the board.
    var paused = OptOuts()
    var servedPauses = 0

    var feeds: FeedTable
    /// The windows that may still be labelled.
    let history: SharedHistory
    var skeletons = SkeletonMessage()
    var dueTimes: DueTimes
    /// Who each body of the message is; nil where the body is rejected or nobody.
    var identities: [PersonIdentity?] = []
    /// Where the bodies without ids are, over the ground.
    var places: [SIMD2<Float>] = []
    var due = DueQueue()
    /// Those of `due` who are being read.
    var batch: [DueQueue.Entry] = []
    /// Messages taken in since the start.
    var messages = 0
    var reader: EmotionRecognizer
    var publisher: NodePublisher
    var health: HealthRecord
    var log: RepeatedLog
    let logger: Logger
    /// When the look for emotions of an earlier run ends, monotonic seconds; nil while there is none.
    var retainedCheckEnd: Double?

    private var announcedConnections = 0
    var nextHealth: Double
    private var nextAbsenceCheck = 0.0
    private var nextWatchdog = 0.0

    /// - Parameters:
    ///   - topics: This node's.
    ///   - model: Served first; used by the pipeline's thread alone from now on.
    ///   - client: Publishes; stopped by the pipeline as its last act.
    ///   - queue: What the network thread hands on; closing it ends the pipeline.
    ///   - reload: Has the configuration where that was read again.
    ///   - shared: What other threads add to and read.
    ///   - cameras: What the thread that looks at frames tells of itself.
    /// - Throws: `MessagingError` where the model's card cannot be published.
    init(
        configuration: NodeConfiguration, topics: Topics, model: ServedModel, client: MQTTClient,
        queue: BoundedQueue<PipelineInput>, connection: ConnectionMonitor, shared: SharedParts,
        reload: ConfigurationReload, cameras: CameraMetrics,
        notification: ServiceNotification, logger: Logger
    ) throws(MessagingError) {
        configuredConfidence = configuration.pipeline.minimumConfidence
        servedConfidence = model.classifier.minimumConfidence.map(Double.init)
        self.configuration = configuration.serving(confidence: servedConfidence)
        self.reload = reload
        info = try InfoMessage(
            configuration: self.configuration, card: model.card, perception: cameras.information)
        labels = model.labels
        (models, board, history, requests) = (shared.models, shared.board, shared.history, shared.requests)
        optOuts = shared.pauses
        self.cameras = cameras
        self.client = client
        self.queue = queue
        self.connection = connection
        self.notification = notification
        feeds = FeedTable(personTimeout: configuration.pipeline.personTimeout)
        dueTimes = DueTimes(interval: configuration.pipeline.classifyEvery)
        reader = EmotionRecognizer(model: model)
        publisher = NodePublisher(client: client, topics: topics, card: model.card, logger: logger)
        let now = Arrival.monotonicSeconds()
        health = HealthRecord(now: now)
        log = RepeatedLog(logger: logger)
        self.logger = logger
        nextHealth = now + configuration.healthInterval
        board.info = info
    }

    /// Works until the queue is closed, and then says goodbye within `seconds`.
    ///
    /// Messages that wait come first, so that poses are not lost for want of time to read them; whoever is
    /// due is read in small batches between them.
    func run(goodbyeWithin seconds: Double) {
        while !queue.isClosed {
            serveOfferedModel()
            servePauses()
            serveReload()
            if due.isEmpty {
                let wake = min(nextHealth, Arrival.monotonicSeconds() + Self.longestSleep)
                if let input = queue.pop(until: wake) { receive(input) }
            } else {
                takeInWhatWaits()
                readEmotions()
            }
            serveTimers(at: Arrival.monotonicSeconds())
        }
        sayGoodbye(within: seconds)
    }

    /// Takes in the messages that wait, for a bounded time: people who are due must not wait for ever where
    /// messages come faster than they can be decoded.
    private func takeInWhatWaits() {
        let end = Arrival.monotonicSeconds() + PipelineLimits.longestIntake
        while let input = queue.popIfPresent() {
            receive(input)
            if Arrival.monotonicSeconds() >= end { return }
        }
    }

    private func receive(_ input: PipelineInput) {
        switch input {
        case .message(let message): receive(message)
        case .camera(let poses): receive(poses)
        case .connected, .modelOffered, .pausesChanged, .configurationChanged: break
        }
    }

    private func serveTimers(at now: Double) {
        let connections = connection.connections
        if connections != announcedConnections {
            announcedConnections = connections
            announce(at: now)
        }
        if let end = retainedCheckEnd, now >= end { endRetainedCheck() }
        if now >= nextAbsenceCheck {
            removeAbsentPeople(at: now)
            history.withLock { $0.expire(at: now) }
            nextAbsenceCheck = now + min(Self.longestSleep, configuration.pipeline.personTimeout / 4)
        }
        if now >= nextHealth {
            publishHealth()
            nextHealth = max(nextHealth + configuration.healthInterval, now)
        }
        if let interval = notification.watchdogInterval, now >= nextWatchdog {
            notification.send(.watchdog)
            nextWatchdog = now + max(interval - Self.longestSleep, interval / 2)
        }
    }

    /// Publishes the health message and starts its next interval.
    func publishHealth() {
        let now = Arrival.now()
        var mqtt = HealthMessage.MQTT(client.statistics)
        for (reason, count) in [("pipeline_full", queue.dropped), ("unconnected", publisher.unconnected)]
        where count > 0 {
            mqtt.dropped[reason, default: 0] += count
        }
        let elapsed = health.elapsed(at: now.monotonic)
        var sources = feeds.report(elapsed: elapsed, now: now.monotonic)
        let perception = cameras.report(elapsed: elapsed, now: now.monotonic, into: &sources)
        var message = health.report(
            at: now, mqtt: mqtt, sources: sources, people: feeds.peopleCount,
            windowsKept: history.withLock { $0.windowCount },
            historyEvictions: history.withLock { $0.evictions }, requests: requests.report,
            perception: perception)
        message.paused = paused.figures
        board.health = message
        publisher.publish(message)
    }
}

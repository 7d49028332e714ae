import GaitModels
import Logging
import Messaging
import Recognition

/// From skeleton messages to emotion messages, on its own thread: decodes, calls the ``Recognizer``, publishes,
/// counts and logs. Timers run on the same thread, so nothing here is shared except the history of poses.
final class Pipeline {
    /// The longest sleep in seconds: how late an absence may be noticed.
    private static let longestSleep = 0.25

    /// What the pipeline keeps of a source.
    struct Source {
        /// Its number in the recognizer.
        let number: Int
        /// The coordinate frame that the newest message named.
        var frameIdentifier: String?
    }

    /// What the pipeline keeps of a person in view.
    struct Person {
        let robot: String
        /// The name in the topics.
        let name: String
        /// The topic of the source that sees the person.
        let source: String
        /// Where the emotion is published.
        let topic: String
        /// The number in the history since the person's poses began; nil before the first pose.
        var tracklet: Int?
        /// Whether the broker may retain an emotion of this run.
        var hasRetainedEmotion = false
    }

    /// Where the smallest confidence comes from.
    struct Confidence {
        /// What the configuration names; nil to take each model's own.
        var configured: Double?
        /// The served model's own; nil if it has none.
        var served: Double?
    }

    /// When something is to be done next, monotonic seconds.
    struct Timers {
        var health: Double
        var absenceCheck = 0.0
        var watchdog = 0.0
        /// When the search for emotions of an earlier run ends; nil while there is none.
        var retainedCheckEnd: Double?
    }

    /// Reused from message to message and batch to batch.
    struct Buffers {
        var message = SkeletonMessage()
        var bodies: [SourceBody] = []
        var events: [RecognitionEvent] = []
        var due: [Recognizer.DueWindow] = []
        var decisions: [EmotionDecision] = []

        /// Turns the decoded message into `bodies`.
        mutating func readBodies() { message.write(to: &bodies) }
    }

    /// As given, except for the smallest confidence, which is the served model's if none was given.
    var configuration: NodeConfiguration
    var confidence: Confidence
    var info: InfoMessage
    let client: MQTTClient
    let queue: BoundedQueue<PipelineInput>
    let shared: SharedParts
    let reload: ConfigurationReload
    private let connection: ConnectionMonitor
    private let cameras: CameraMetrics
    private let notification: ServiceNotification

    var recognizer: Recognizer
    var model: ServedModel
    /// Skeletons and cameras, by topic.
    var sources = SourceRegistry<Source>(limit: PipelineLimits.sources)
    /// Everyone in view, by the recognizer's number.
    var people: [Int: Person] = [:]
    /// Who is not read, and the number of the change that said so.
    var optOuts: (current: OptOuts, change: Int) = (OptOuts(), 0)
    var buffers = Buffers()
    var publisher: NodePublisher
    var health: HealthRecord
    var log: RepeatedLog
    let logger: Logger
    var timers: Timers
    private var announcedConnections = 0

    /// - Parameters:
    ///   - topics: This node's.
    ///   - model: Served first; used by the pipeline's thread alone from now on.
    ///   - client: Publishes; stopped by the pipeline as its last act.
    ///   - queue: What other threads send; closing it ends the pipeline.
    ///   - reload: Has the configuration if that was read again.
    ///   - shared: What other threads add to and read.
    ///   - cameras: What the perception thread says of itself.
    /// - Throws: `MessagingError` if the model's card cannot be published.
    init(
        configuration: NodeConfiguration, topics: Topics, model: ServedModel, client: MQTTClient,
        queue: BoundedQueue<PipelineInput>, connection: ConnectionMonitor, shared: SharedParts,
        reload: ConfigurationReload, cameras: CameraMetrics,
        notification: ServiceNotification, logger: Logger
    ) throws(MessagingError) {
        confidence = Confidence(
            configured: configuration.pipeline.minimumConfidence,
            served: model.classifier.minimumConfidence.map(Double.init))
        self.configuration = configuration.serving(confidence: confidence.served)
        info = try InfoMessage(
            configuration: self.configuration, card: model.card, perception: cameras.information)
        (self.client, self.queue, self.shared, self.reload) = (client, queue, shared, reload)
        (self.connection, self.cameras, self.notification) = (connection, cameras, notification)
        recognizer = Recognizer(Recognizer.Settings(self.configuration.pipeline))
        self.model = model
        publisher = NodePublisher(client: client, topics: topics, card: model.card, logger: logger)
        let now = Arrival.monotonicSeconds()
        health = HealthRecord(now: now)
        log = RepeatedLog(logger: logger)
        self.logger = logger
        timers = Timers(health: now + configuration.healthInterval)
        shared.status.info = info
    }

    /// Runs until the queue is closed, and then shuts down within `seconds`.
    ///
    /// Waiting messages come first, so that no poses are lost for lack of time to read them. People who are due are
    /// classified in small batches in between.
    func run(goodbyeWithin seconds: Double) {
        while !queue.isClosed {
            serveOfferedModel()
            serveOptOuts()
            serveReload()
            if recognizer.hasDuePeople {
                takeInWaitingMessages()
                readEmotions()
            } else {
                let wake = min(timers.health, Arrival.monotonicSeconds() + Self.longestSleep)
                if let input = queue.pop(until: wake) { receive(input) }
            }
            serveTimers(at: Arrival.monotonicSeconds())
        }
        sayGoodbye(within: seconds)
    }

    /// Takes in the messages that wait, for a bounded time: people who are due must not wait forever if messages come
    /// faster than they can be decoded.
    private func takeInWaitingMessages() {
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
        if let end = timers.retainedCheckEnd, now >= end { endRetainedCheck() }
        if now >= timers.absenceCheck {
            removeAbsentPeople(at: now)
            timers.absenceCheck = now + min(Self.longestSleep, configuration.pipeline.personTimeout / 4)
        }
        if now >= timers.health {
            publishHealth()
            timers.health = max(timers.health + configuration.healthInterval, now)
        }
        if let interval = notification.watchdogInterval, now >= timers.watchdog {
            notification.send(.watchdog)
            timers.watchdog = now + max(interval - Self.longestSleep, interval / 2)
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
        var counts: [String: HealthMessage.Source] = [:]
        sources.report(elapsed: elapsed, now: now.monotonic, into: &counts)
        let perception = cameras.report(elapsed: elapsed, now: now.monotonic, into: &counts)
        let (windows, evictions) = shared.history.withLock { ($0.windowCount, $0.evictions) }
        var message = health.report(
            at: now, mqtt: mqtt, sources: counts, people: recognizer.peopleCount, windowsKept: windows,
            historyEvictions: evictions, requests: shared.requests.report, perception: perception)
        message.paused = optOuts.current.figures
        shared.status.health = message
        publisher.publish(message)
    }
}

extension Recognizer.Settings {
    /// What the configuration says, with the served model's smallest confidence if it names none.
    init(_ pipeline: NodeConfiguration.Pipeline) {
        self.init(
            cadence: .spread(interval: pipeline.classifyEvery), smoothing: pipeline.smoothing,
            minimumConfidence: pipeline.minimumConfidence ?? EmotionDecision.defaultMinimumConfidence,
            maximumPeople: pipeline.maximumPeople, personTimeout: pipeline.personTimeout)
    }
}

import Gait
import GaitModels
import Logging
import Messaging
import Recognition

/// From skeleton messages to emotion messages, on its own thread: decodes, calls the ``Recognizer``, publishes,
/// counts and logs. Timers run on the same thread, so nothing here is shared except the history of poses.
final class Pipeline {
    /// The longest sleep in seconds: how late an absence may be noticed.
    static let longestSleep = 0.25

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
        var events: [RecognitionEvent] = []
        var decisions: [EmotionDecision] = []
    }

    var configuration: NodeConfiguration
    var info: InfoMessage
    let client: MQTTClient
    let queue: PipelineQueue
    let shared: SharedParts
    let reload: ConfigurationReload
    let connection: ConnectionMonitor
    let cameras: PerceptionMetrics
    let notification: ServiceNotification

    var recognizer: Recognizer
    var model: ServedModel
    let lifter: ServedLifter
    /// Skeletons and cameras, by topic.
    var sources = SourceRegistry<Source>(limit: PipelineLimits.sources)
    /// Everyone in view, by the recognizer's number.
    var people: [Int: Person] = [:]
    /// The lists of people that the broker retains.
    var lists = PeopleLists()
    /// Who is not read, and the number of the change that said so.
    var optOuts: (current: OptOuts, change: Int) = (OptOuts(), 0)
    var buffers = Buffers()
    /// Reused like the buffers; apart from them, because the recognizer changes it while it adds events.
    private var bodies: [SourceBody] = []
    private var due: [Recognizer.DueWindow] = []
    private var poses = PoseMessages()
    var publisher: NodePublisher
    var health: HealthRecord
    var log: RepeatedLog
    let logger: Logger
    var timers: Timers
    var announcedConnections = 0

    /// - Parameters:
    ///   - model: Served first; used by the pipeline's thread alone from now on, like the lifter.
    ///   - client: Publishes; stopped by the pipeline as its last act.
    ///   - queue: What other threads send; closing it ends the pipeline.
    /// - Throws: `MessagingError` if the model's card cannot be published.
    init(
        configuration: NodeConfiguration, topics: Topics, model: ServedModel, lifter: ServedLifter,
        client: MQTTClient, queue: PipelineQueue, connection: ConnectionMonitor, shared: SharedParts,
        reload: ConfigurationReload, cameras: PerceptionMetrics,
        notification: ServiceNotification, logger: Logger
    ) throws(MessagingError) {
        self.configuration = configuration
        let complete = configuration.completed(by: model)
        info = try InfoMessage(
            configuration: complete, card: model.card, perception: cameras.information,
            lifter: lifter.information)
        (self.client, self.queue, self.shared, self.reload) = (client, queue, shared, reload)
        (self.connection, self.cameras, self.notification) = (connection, cameras, notification)
        recognizer = Recognizer(Recognizer.Settings(complete.pipeline))
        (self.model, self.lifter) = (model, lifter)
        publisher = NodePublisher(client: client, topics: topics, card: model.card, logger: logger)
        let now = Arrival.monotonicSeconds()
        health = HealthRecord(now: now)
        log = RepeatedLog(logger: logger)
        self.logger = logger
        timers = Timers(health: now + configuration.healthInterval)
        shared.status.withLock { [info] in $0.info = info }
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
                let wake = min(
                    timers.health, lists.nextDue, Arrival.monotonicSeconds() + Self.longestSleep)
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
        case .oversized(let message, let bytes): receive(message, oversizedBytes: bytes)
        case .camera(let poses): receive(poses)
        }
    }

    // MARK: - Frames

    /// Takes in one message from the broker.
    func receive(_ message: MQTTMessage) {
        let arrival = message.arrival ?? Arrival.now()
        // Not asked of a known source, since parsing a topic allocates.
        if sources.entries[message.topic] == nil, takeLeftBehind(message) { return }
        if message.retained {
            return sources.countRetained(
                message.topic, as: publisher.topics.parseSkeletons, at: arrival.monotonic, state: newSource)
        }
        let rejection = decode(message.payload)
        guard
            admit(
                message.topic, rejection: rejection?.reason, at: arrival.monotonic,
                as: publisher.topics.parseSkeletons)
        else { return }
        if let rejection { return reject(rejection, of: message.topic, at: arrival.monotonic) }
        guard let (number, robot) = source(of: message.topic) else { return }
        if !optOuts.current.isEmpty, optOuts.current.cover(robot: robot) {
            return sources.count(\.dropped, DropReason.paused.rawValue, of: message.topic)
        }
        if buffers.message.origin == .image, lifter.lift == nil {
            return countWithoutLifter(of: message.topic, arrival: arrival.monotonic)
        }
        countRejectedBodies(of: message.topic, arrival: arrival.monotonic)
        countKeypointsOutside(of: message.topic, arrival: arrival.monotonic)
        buffers.message.write(to: &bodies)
        buffers.events.removeAll(keepingCapacity: true)
        recognizer.take(
            &bodies, from: number, origin: buffers.message.origin, stamp: buffers.message.stamp,
            arrival: arrival.monotonic, wallClock: arrival.wallClock, events: &buffers.events,
            refusal: { refusal($0, of: robot) })
        let isAccepted = handleEvents(
            bodies: bodies, origin: buffers.message.origin, topic: message.topic, arrival: arrival.monotonic)
        guard isAccepted else { return }
        publishPoses(
            of: robot, stamp: buffers.message.stamp ?? arrival.wallClock, now: arrival.monotonic)
        sources.entries[message.topic]?.state.frameIdentifier = buffers.message.frameID
        noteValid(message.topic, hasRejectedBodies: buffers.message.bodyRejections.total > 0)
    }

    /// Counts and reports a skeleton message that was too large to pass on.
    private func receive(_ message: MQTTMessage, oversizedBytes bytes: Int) {
        let arrival = (message.arrival ?? Arrival.now()).monotonic
        let isSkeletons = admit(
            message.topic, rejection: .payloadTooLarge, at: arrival, as: publisher.topics.parseSkeletons)
        guard isSkeletons else { return }
        reject(
            SkeletonRejection(.payloadTooLarge, at: 0, detail: "it has \(bytes) bytes"), of: message.topic,
            at: arrival)
    }

    /// Takes in the people of one camera frame, whose stamp the perception thread has admitted.
    func receive(_ poses: CameraPoses) {
        guard admit(poses.topic, rejection: nil, at: poses.arrival, as: { _ in poses.source }),
            let (number, robot) = source(of: poses.topic)
        else { return }
        if lifter.lift == nil { return countWithoutLifter(of: poses.topic, arrival: poses.arrival) }
        sources.entries[poses.topic]?.state.frameIdentifier = poses.frameIdentifier
        buffers.events.removeAll(keepingCapacity: true)
        bodies.removeAll(keepingCapacity: true)
        bodies += poses.bodies
        recognizer.takeAdmitted(
            &bodies, from: number, time: poses.time, arrival: poses.arrival,
            beginsAgain: poses.beginsAgain, events: &buffers.events, refusal: { refusal($0, of: robot) })
        handleEvents(bodies: bodies, origin: .image, topic: poses.topic, arrival: poses.arrival)
        publishPoses(of: robot, stamp: poses.time, now: poses.arrival)
        noteValid(poses.topic, hasRejectedBodies: false)
    }

    /// Decodes into the buffer.
    private func decode(_ payload: [UInt8]) -> SkeletonRejection? {
        let start = Arrival.monotonicSeconds()
        defer { health.latency.record("decode", seconds: Arrival.monotonicSeconds() - start) }
        do {
            try buffers.message.decode(payload)
            return nil
        } catch {
            return error
        }
    }

    /// Whether the topic's source has a place, now if it is new.
    private func admit(
        _ topic: String, rejection: RejectionReason?, at now: Double,
        as source: (String) -> SkeletonSource?
    ) -> Bool {
        buffers.events.removeAll(keepingCapacity: true)
        let admission = sources.admit(
            topic, as: source, rejection: rejection, at: now,
            isInUse: { recognizer.hasPeople($0.number) },
            state: newSource,
            release: { recognizer.removeSource($0.number, events: &buffers.events) })
        if !buffers.events.isEmpty { handleEvents(arrival: now) }
        if admission == .tooManySources {
            log.warning("too_many_sources", at: now) {
                "sources beyond \(PipelineLimits.sources) are ignored"
            }
        }
        return admission == .listed
    }

    private func newSource(_ source: SkeletonSource) -> Source {
        Source(number: recognizer.addSource(robot: source.robot, camera: source.camera))
    }

    /// The recognizer's number of a topic's source, and its robot.
    private func source(of topic: String) -> (number: Int, robot: String)? {
        guard let place = sources.entries.index(forKey: topic) else { return nil }
        return (sources.entries.values[place].state.number, sources.entries.values[place].source.robot)
    }

    /// Why a new person cannot be followed; nil if the person can.
    private func refusal(_ name: String, of robot: String) -> RecognitionEvent? {
        guard Topics.isValidName(name) else { return .invalidName }
        let isPaused = !optOuts.current.isEmpty && optOuts.current.cover(robot: robot, person: name)
        return isPaused ? .dropped(.paused) : nil
    }

    /// Notes that a source is valid. At a robot's first frame the broker may retain a list of people of an earlier run.
    private func noteValid(_ topic: String, hasRejectedBodies: Bool) {
        guard let place = sources.entries.index(forKey: topic) else { return }
        sources.entries.values[place].wasEverValid = true
        let robot = sources.entries.values[place].source.robot
        guard !hasRejectedBodies, !lists.contains(robot) else { return }
        lists.noteChange(of: robot)
        publishDuePeople(at: Arrival.monotonicSeconds())
    }

    // MARK: - Events

    /// Counts, keeps and publishes what the recognizer said.
    ///
    /// - Parameters:
    ///   - bodies: The frame's.
    ///   - origin: What their coordinates are relative to.
    ///   - topic: The source's; empty if the events belong to no frame.
    ///   - arrival: Monotonic seconds.
    /// - Returns: Whether a frame was accepted.
    @discardableResult
    func handleEvents(
        bodies: [SourceBody] = [], origin: CoordinateOrigin = .world, topic: String = "", arrival: Double
    ) -> Bool {
        var isAccepted = false
        var changedRobots: Set<String> = []
        for event in buffers.events {
            switch event {
            case .accepted:
                isAccepted = true
                sources.entries[topic]?.metrics.counts.framesIn += 1
            case .dropped(let reason):
                countDropped(reason, of: topic, arrival: arrival)
            case .implausible:
                countRejectedBody(
                    RejectionReason.implausibleGeometry.rawValue, of: topic, arrival: arrival)
            case .invalidName:
                sources.count(\.rejected, RejectionReason.invalidID.rawValue, of: topic)
            case .arrived(let person, let name):
                guard let (_, robot) = source(of: topic) else { continue }
                people[person] = Person(
                    robot: robot, name: name, source: topic,
                    topic: publisher.topics.emotion(robot: robot, person: name))
                changedRobots.insert(robot)
            case .kept(let body, let person, let time):
                keep(bodies[body].pose, origin, at: time, of: person, arrival: arrival)
            case .restarted(let person):
                endTracklet(of: person)
            case .left(let person):
                endTracklet(of: person)
                poses.forget(person)
                guard let gone = people.removeValue(forKey: person) else { continue }
                if gone.hasRetainedEmotion { publisher.clear(gone.topic) }
                changedRobots.insert(gone.robot)
            }
        }
        if !changedRobots.isEmpty {
            for robot in changedRobots { lists.noteChange(of: robot) }
            publishDuePeople(at: Arrival.monotonicSeconds())
        }
        return isAccepted
    }

    /// Keeps an accepted pose for labels to come.
    private func keep(
        _ pose: Pose, _ origin: CoordinateOrigin, at time: Double, of number: Int, arrival: Double
    ) {
        guard let person = people[number] else { return }
        let isInPicture = origin == .image
        if configuration.publishesPoses, !isInPicture {
            poses.note(pose, hasPlace: origin == .world, of: number)
        }
        let tracklet = shared.history.withLock { history in
            let tracklet =
                person.tracklet
                ?? history.begin(robot: person.robot, person: person.name, isInPicture: isInPicture)
            history.append(pose, at: time, to: tracklet, now: arrival)
            return tracklet
        }
        if person.tracklet == nil { people[number]?.tracklet = tracklet }
    }

    /// Shows everybody whom a robot sees, if the configuration says so.
    private func publishPoses(of robot: String, stamp: Double, now: Double) {
        guard configuration.publishesPoses else { return }
        let shown = recognizer.names(ofRobot: robot).compactMap { name in
            recognizer.person(robot: robot, name: name).map { (number: $0, name: name) }
        }
        guard let payload = poses.message(of: shown, robot: robot, stamp: stamp, now: now) else { return }
        publisher.publishPoses(payload, robot: robot)
    }

    /// Ends the history of a person who has left or whose source's clock has jumped.
    private func endTracklet(of number: Int) {
        guard let tracklet = people[number]?.tracklet else { return }
        shared.history.withLock { $0.end(tracklet) }
        people[number]?.tracklet = nil
    }

    // MARK: - Emotions

    /// Reads the first people who are due in one batch, and publishes what was decided.
    func readEmotions() {
        recognizer.nextWindows(limit: PipelineLimits.batchPeople, into: &due)
        for person in due where person.isPostponed { health.countPostponed() }
        recognizer.decide(&due, into: &buffers.decisions, lift: lift) { gaits in
            let start = Arrival.monotonicSeconds()
            let results = model.classify(gaits)
            health.countBatch(windows: gaits.count, seconds: Arrival.monotonicSeconds() - start)
            return results.map(\.probabilities)
        }
        for (person, decision) in zip(due, buffers.decisions) {
            if configuration.publishesPoses, person.imageWindow != nil, let window = person.window {
                poses.note(lifted: window.gait, of: person.person)
            }
            publish(decision, of: person)
        }
        due.removeAll(keepingCapacity: true)
        buffers.decisions.removeAll(keepingCapacity: true)
    }

    /// Lifts what pictures showed of people.
    private func lift(_ windows: [ImageWindow]) -> [LiftedWindow] {
        guard let lift = lifter.lift else { return [] }
        let start = Arrival.monotonicSeconds()
        defer { health.latency.record("lift", seconds: Arrival.monotonicSeconds() - start) }
        return lift(windows)
    }

    private func publish(_ decision: EmotionDecision, of person: Recognizer.DueWindow) {
        guard let known = people[person.person], let place = sources.entries.index(forKey: known.source),
            let latency = publisher.publish(
                decision, labels: model.labels, explanation: explanation(of: decision), of: person,
                from: sources.entries.values[place].source,
                frameID: sources.entries.values[place].state.frameIdentifier, to: known.topic)
        else { return }
        people[person.person]?.hasRetainedEmotion = true
        health.countEmotion(decision.state)
        if let reason = decision.reason { countUnread(reason, of: known.source, at: person.arrival) }
        health.latency.record("total", seconds: latency)
        guard let window = decision.window, let pose = person.pose, let tracklet = known.tracklet else {
            return
        }
        let published = PublishedWindow(
            end: window.end, state: decision.state, emotion: model.labels.emotion(of: decision),
            confidence: decision.confidence)
        shared.history.withLock { $0.note(published, endingWith: pose, of: tracklet, now: person.arrival) }
    }

    /// How many joints an explanation names.
    private static let explainedJoints = 3

    /// The joints that counted most for a decision: none if it has no probabilities, nil if nothing is explained.
    private func explanation(of decision: EmotionDecision) -> [EmotionMessage.JointShare]? {
        guard let explainer = model.explainer else { return nil }
        guard let label = decision.label, let window = decision.window else { return [] }
        return explainer.explain(window.gait, label: label).ranking.prefix(Self.explainedJoints)
            .filter { $0.share > 0 }
            .map { EmotionMessage.JointShare(joint: $0.joint.name, share: $0.share) }
    }
}

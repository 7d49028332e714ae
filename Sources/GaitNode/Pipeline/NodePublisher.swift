import Gait
import GaitModels
import Logging
import Messaging
import Recognition

/// Publishes what the node has to say. Belongs to the pipeline's thread.
struct NodePublisher {
    /// Seconds after which the broker discards an emotion that was not renewed.
    private static let emotionExpiry: UInt32 = 30
    /// The same for the health message.
    private static let healthExpiry: UInt32 = 60

    let topics: Topics
    private let client: MQTTClient
    private var model: EmotionMessage.Model
    private var log: RepeatedLog
    /// Emotions not published because there was no connection.
    private(set) var unconnected = 0

    init(client: MQTTClient, topics: Topics, card: ModelCard, logger: Logger) {
        (self.client, self.topics) = (client, topics)
        model = EmotionMessage.Model(card)
        log = RepeatedLog(logger: logger)
    }

    /// Names another model in the emotions from now on.
    mutating func use(_ card: ModelCard) {
        model = EmotionMessage.Model(card)
    }

    /// Publishes a person's emotion, unless there is no broker to take it: after an outage the next one, half a second
    /// later, is worth more than a queue of old ones.
    ///
    /// - Parameters:
    ///   - labels: The model's.
    ///   - explanation: What counted for the emotion; nil if the node does not explain.
    ///   - frameID: The coordinate frame that the source's newest message named.
    /// - Returns: Seconds from the arrival of the frame that the window ends with to this publish; nil if nothing was
    ///   published.
    mutating func publish(
        _ decision: EmotionDecision, labels: EmotionLabels, explanation: [EmotionMessage.JointShare]?,
        of person: Recognizer.DueWindow, from source: SkeletonSource, frameID: String?, to topic: String
    ) -> Double? {
        guard client.statistics.connected else {
            unconnected += 1
            return nil
        }
        let latency = max(Arrival.monotonicSeconds() - person.arrival, 0)
        let circumplex = decision.probabilities.map(labels.circumplex)
        let message = EmotionMessage(
            stamp: person.time, node: topics.node, robot: source.robot, person: person.name, frameID: frameID,
            position: person.position.map { [$0.x, $0.y, $0.z] }, source: source.name, state: decision.state,
            reason: decision.reason, emotion: labels.emotion(of: decision)?.rawValue,
            confidence: decision.confidence,
            probabilities: decision.probabilities.map(labels.named), valence: circumplex?.valence,
            arousal: circumplex?.arousal, window: decision.window.map(EmotionMessage.Window.init),
            model: model, latencyMilliseconds: latency * 1000, explanation: explanation)
        publish(message, to: topic, expiry: Self.emotionExpiry)
        return latency
    }

    /// Says who is in view of a robot.
    mutating func publishPeople(_ names: [String], robot: String) {
        publish(
            PeopleMessage(stamp: Arrival.wallClockSeconds(), node: topics.node, people: names),
            to: topics.people(robot: robot), expiry: PeopleLists.expiry)
    }

    /// Shows the people in a robot's view; of no use later.
    mutating func publishPoses(_ payload: [UInt8], robot: String) {
        guard client.statistics.connected else { return }
        send(MQTTMessage(topic: topics.poses(robot: robot), payload: payload))
    }

    /// Makes the broker forget an emotion or a list of people.
    mutating func clear(_ topic: String) {
        send(MQTTMessage.clearing(topic))
    }

    /// Says whether the node runs.
    mutating func publish(_ state: StateMessage.State) {
        send(StateMessage.message(state, topic: topics.state))
    }

    mutating func publish(_ info: InfoMessage) {
        publish(info, to: topics.info)
    }

    mutating func publish(_ health: HealthMessage) {
        publish(health, to: topics.health, expiry: Self.healthExpiry)
    }

    private mutating func publish(_ message: some JSONMessage, to topic: String, expiry: UInt32? = nil) {
        do {
            send(try MQTTMessage(retaining: message, topic: topic, expiry: expiry))
        } catch {
            log.warning("encoding", at: Arrival.monotonicSeconds()) { "\(topic) was not published: \(error)" }
        }
    }

    private mutating func send(_ message: MQTTMessage) {
        do {
            try client.publish(message)
        } catch {
            log.warning("publish", at: Arrival.monotonicSeconds()) {
                "\(message.topic) was not published: \(error)"
            }
        }
    }
}

extension MQTTMessage {
    /// A retained message of quality 1, as every topic of the protocol's Out and Node tables has it.
    init(retaining message: some JSONMessage, topic: String, expiry: UInt32? = nil) throws(MessagingError) {
        self.init(
            topic: topic, payload: try message.encoded(), qualityOfService: .atLeastOnce, retained: true,
            expirySeconds: expiry)
    }
}

extension EmotionMessage.Window {
    fileprivate init(_ window: GaitWindow) {
        self.init(
            start: window.start, end: window.end, frames: window.gait.frames, coverage: window.coverage)
    }
}

extension EmotionMessage.Model {
    fileprivate init(_ card: ModelCard) {
        self.init(name: card.name, version: card.version, sha256: card.sha256)
    }
}

import GaitModels
import Logging
import Messaging
import Recognition

/// What changes while the pipeline runs: the connection, the served model, the configuration.
extension Pipeline {
    // MARK: - Model and configuration

    /// Serves the model that was offered since the last call, if any: between two batches, so that no message is lost
    /// and every emotion comes from one model.
    ///
    /// Earlier results are not averaged with the new model's, whose labels may have another order.
    func serveOfferedModel() {
        guard let new = shared.models.take() else { return }
        model = new
        confidence.served = model.classifier.minimumConfidence.map(Double.init)
        configuration.pipeline.minimumConfidence = confidence.configured
        use(configuration)
        recognizer.resetAverages()
        publisher.use(model.card)
        do {
            try info.name(model.card, configuration: configuration)
        } catch {
            log.warning("info", at: Arrival.monotonicSeconds()) {
                "the model card was not published: \(error)"
            }
        }
        publishInfo()
        logger.info("model \(model.card.name) version \(model.card.version) serves now")
    }

    /// Goes on with the configuration that was read again since the last call, if any.
    func serveReload() {
        guard let new = reload.takeOffered() else { return }
        confidence.configured = new.pipeline.minimumConfidence
        use(new)
        timers.health = min(timers.health, Arrival.monotonicSeconds() + configuration.healthInterval)
        info.configuration = .object(configuration.published)
        publishInfo()
    }

    private func use(_ new: NodeConfiguration) {
        configuration = new.serving(confidence: confidence.served)
        recognizer.apply(Recognizer.Settings(configuration.pipeline))
    }

    private func publishInfo() {
        shared.status.info = info
        publisher.publish(info)
    }

    // MARK: - Connection

    /// Seconds in which a broker is expected to send what it retains.
    private static let retainedCheck = 5.0

    /// Says at a new connection everything that the broker may have lost, and asks for emotions that an
    /// earlier run of this node left behind.
    func announce(at now: Double) {
        publisher.publish(.online)
        publisher.publish(info)
        for robot in Set(sources.entries.values.lazy.filter(\.wasEverValid).map(\.source.robot)) {
            publishPeople(ofRobot: robot)
        }
        publishHealth()
        // Valid by construction, as the prefix was checked.
        for filter in retainedFilters {
            try? client.subscribe(filter, qualityOfService: .atLeastOnce, excludingOwn: true)
        }
        timers.retainedCheckEnd = now + Self.retainedCheck
    }

    /// What an earlier run may have left at the broker: emotions, and lists of people, which outlive them.
    private var retainedFilters: [String] {
        [publisher.topics.emotionFilter(), publisher.topics.peopleFilter()]
    }

    /// Whether a topic is only subscribed to because an earlier run may have left something there.
    func isRetainedCheck(_ topic: String) -> Bool {
        publisher.topics.parseEmotion(topic) != nil || publisher.topics.parsePeople(topic) != nil
    }

    /// Empties a retained people list of this node if no person is in view now.
    private func emptyIfLeftBehind(_ message: MQTTMessage, robot: String) {
        guard let list = try? PeopleMessage(decoding: message.payload), !list.people.isEmpty,
            list.node == publisher.topics.node, recognizer.names(ofRobot: robot).isEmpty
        else { return }
        publisher.publishPeople([], robot: robot)
    }

    /// Clears a retained emotion, or list, that names this node but belongs to no person in view: an earlier run
    /// crashed, or the person left while there was no connection.
    func clearIfLeftBehind(_ message: MQTTMessage) {
        guard message.retained else { return }
        if let robot = publisher.topics.parsePeople(message.topic) {
            return emptyIfLeftBehind(message, robot: robot)
        }
        guard let (robot, name) = publisher.topics.parseEmotion(message.topic),
            let emotion = try? EmotionMessage(decoding: message.payload),
            emotion.node == publisher.topics.node
        else { return }
        if let person = recognizer.person(robot: robot, name: name) {
            // In view again: cleared with the person, if nothing new is published until then.
            people[person]?.hasRetainedEmotion = true
            return
        }
        publisher.clear(message.topic)
        if recognizer.names(ofRobot: robot).isEmpty { publisher.publishPeople([], robot: robot) }
    }

    /// Ends the subscription: from here on all retained emotions are our own or another node's.
    func endRetainedCheck() {
        for filter in retainedFilters { client.unsubscribe(filter) }
        timers.retainedCheckEnd = nil
    }

    /// Clears what this run has retained about people, says `stopped` and disconnects.
    func sayGoodbye(within seconds: Double) {
        for person in people.values where person.hasRetainedEmotion { publisher.clear(person.topic) }
        for robot in Set(people.values.map(\.robot)) { publisher.publishPeople([], robot: robot) }
        publishHealth()
        publisher.publish(.stopped)
        client.stop(deadline: seconds)
    }
}

extension NodeConfiguration {
    /// The configuration with a model's smallest confidence if it names none itself.
    func serving(confidence: Double?) -> NodeConfiguration {
        var configuration = self
        configuration.pipeline.minimumConfidence = pipeline.minimumConfidence ?? confidence
        return configuration
    }
}

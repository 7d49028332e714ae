import Gait
import GaitModels
import Logging
import Messaging
import Recognition

/// What changes while the pipeline runs, and what it counts and says besides emotions.
extension Pipeline {
    // MARK: - Timers

    /// Does what is due: announcements, absences, health, the watchdog.
    func serveTimers(at now: Double) {
        let connections = connection.connections
        if connections != announcedConnections {
            announcedConnections = connections
            announce(at: now)
        }
        if let end = timers.retainedCheckEnd, now >= end { endRetainedCheck() }
        if now >= timers.absenceCheck {
            removeAbsentPeople(at: now)
            clearListsOfGoneRobots(at: now)
            timers.absenceCheck = now + min(Self.longestSleep, configuration.pipeline.personTimeout / 4)
        }
        publishDuePeople(at: now)
        if now >= timers.health {
            publishHealth()
            timers.health = max(timers.health + configuration.healthInterval, now)
        }
        if let interval = notification.watchdogInterval, now >= timers.watchdog {
            notification.send(.watchdog)
            timers.watchdog = now + max(interval - Self.longestSleep, interval / 2)
        }
    }

    /// The reason of messages that found the pipeline's queue full.
    private static let fullQueue = "pipeline_full"

    /// Publishes the health message and starts its next interval.
    private func publishHealth() {
        let now = Arrival.now()
        var message = HealthMessage(mqtt: HealthMessage.MQTT(client.statistics))
        for (reason, count) in [(Self.fullQueue, queue.dropped), ("unconnected", publisher.unconnected)]
        where count > 0 {
            message.mqtt.dropped[reason, default: 0] += count
        }
        let elapsed = health.elapsed(at: now.monotonic)
        for (topic, count) in queue.takeLost() {
            sources.count(\.dropped, Self.fullQueue, times: count, of: topic)
        }
        sources.report(elapsed: elapsed, now: now.monotonic, into: &message.sources)
        message.perception = cameras.report(elapsed: elapsed, now: now.monotonic, into: &message.sources)
        (message.windowsKept, message.historyEvictions) = shared.history.withLock {
            ($0.windowCount, $0.evictions)
        }
        (message.people, message.requests) = (recognizer.peopleCount, shared.requests.withLock { $0 })
        message.paused = optOuts.current.metrics
        message.retention = shared.retention.withLock { $0 }
        health.report(at: now, in: &message)
        shared.status.withLock { [message] in $0.health = message }
        publisher.publish(message)
    }

    // MARK: - Model and configuration

    /// Serves the model that was offered since the last call, if any: between two batches, so that no message is lost
    /// and every emotion comes from one model.
    ///
    /// Earlier results are not averaged with the new model's, whose labels may have another order.
    func serveOfferedModel() {
        guard let new = shared.models.take() else { return }
        model = new
        recognizer.resetAverages()
        publisher.use(model.card)
        do {
            info.model = try JSONValue(model.card)
            info.labels = model.card.labels
        } catch {
            log.warning("info", at: Arrival.monotonicSeconds()) {
                "the model card was not published: \(error)"
            }
        }
        applyConfiguration()
        logger.info("model \(model.card.name) version \(model.card.version) serves now")
    }

    /// Goes on with the configuration that was read again since the last call, if any.
    func serveReload() {
        guard let new = reload.takeOffered() else { return }
        configuration = new
        timers.health = min(timers.health, Arrival.monotonicSeconds() + configuration.healthInterval)
        applyConfiguration()
    }

    /// Uses and publishes the configuration with what the served model adds to it.
    private func applyConfiguration() {
        let complete = configuration.completed(by: model)
        recognizer.apply(Recognizer.Settings(complete.pipeline))
        info.configuration = .object(complete.published)
        shared.status.withLock { [info] in $0.info = info }
        publisher.publish(info)
    }

    // MARK: - Rejections

    func reject(_ rejection: SkeletonRejection, of topic: String, at arrival: Double) {
        sources.count(\.rejected, rejection.reason.rawValue, of: topic)
        let label = sources.entries[topic]?.label ?? topic
        log.warning(rejection.reason.rawValue, at: arrival) { "\(label): \(rejection)" }
    }

    func countRejectedBodies(of topic: String, arrival: Double) {
        guard buffers.message.bodyRejections.total > 0 else { return }
        for (reason, count) in buffers.message.bodyRejections.byName {
            countRejectedBody(reason, times: count, of: topic, arrival: arrival)
        }
    }

    func countRejectedBody(_ reason: String, times: Int = 1, of topic: String, arrival: Double) {
        sources.count(\.rejected, reason, times: times, of: topic)
        log.warning(reason, at: arrival) {
            let label = sources.entries[topic]?.label ?? topic
            let advice = RejectionReason(rawValue: reason).map { buffers.message.advice(on: $0) ?? $0.advice }
            return "\(label): a body was rejected as \(reason)\(advice.map { ": \($0)" } ?? "")"
        }
    }

    /// Counts a message or a frame with keypoints, which the node cannot lift.
    func countWithoutLifter(of topic: String, arrival: Double) {
        sources.count(\.dropped, ServedLifter.missing, of: topic)
        log.warning(ServedLifter.missing, at: arrival) {
            "\(sources.entries[topic]?.label ?? topic): people in pictures are not read: "
                + (lifter.reason ?? "there is no lifter")
        }
    }

    func countKeypointsOutside(of topic: String, arrival: Double) {
        let count = buffers.message.keypointsOutside
        guard count > 0 else { return }
        sources.count(\.dropped, Self.keypointsOutside, times: count, of: topic)
        log.warning(Self.keypointsOutside, at: arrival) {
            "\(sources.entries[topic]?.label ?? topic): keypoints far outside of the picture count as missing; "
                + "send null for those that were not seen"
        }
    }

    private static let keypointsOutside = "keypoints_outside"

    func countDropped(_ reason: DropReason, of topic: String, arrival: Double) {
        sources.count(\.dropped, reason.rawValue, of: topic)
        let explanation: String
        switch reason {
        case .late: explanation = "a late frame was dropped"
        case .clockReset: explanation = "the source's clock jumped; its buffers begin again"
        case .unusableStamp: explanation = "the stamps do not run in seconds; arrival times are used instead"
        case .tooManyPeople: explanation = "people beyond 'pipeline.max_people' are not tracked"
        case .nameConflict: explanation = "another source of the robot has a person of the same name"
        case .looksLikeImage: return warn(of: .looksLikeImage, topic: topic, at: arrival)
        case .duplicate, .tooFrequent, .empty, .invalidStamp, .paused, .leap: return
        }
        log.warning(reason.rawValue, at: arrival) {
            "\(sources.entries[topic]?.label ?? topic): \(explanation)"
        }
    }

    /// Counts a person who is not read, and says what to correct if the source is at fault.
    func countUnread(_ reason: UnreadReason, of topic: String, at now: Double) {
        sources.count(\.unread, reason.rawValue, of: topic)
        warn(of: reason, topic: topic, at: now)
    }

    private func warn(of reason: UnreadReason, topic: String, at now: Double) {
        guard let advice = reason.advice else { return }
        log.warning(reason.rawValue, at: now) { "\(sources.entries[topic]?.label ?? topic): \(advice)" }
    }

    // MARK: - People

    /// Lets go of people who were not seen for `pipeline.person_timeout`, and of history that is too old.
    func removeAbsentPeople(at now: Double) {
        buffers.events.removeAll(keepingCapacity: true)
        recognizer.removeAbsent(at: now, events: &buffers.events)
        handleEvents(arrival: now)
        shared.history.withLock { $0.expire(at: now) }
    }

    /// Applies the pauses and resumes since the last call: paused people leave, and their emotions and label history
    /// are removed.
    func serveOptOuts() {
        guard shared.optOuts.changeCount != optOuts.change else { return }
        let (current, change) = shared.optOuts.latest()
        optOuts = (current, change)
        buffers.events.removeAll(keepingCapacity: true)
        recognizer.dismiss(where: { current.cover(robot: $0, person: $1) }, events: &buffers.events)
        handleEvents(arrival: Arrival.monotonicSeconds())
        shared.history.withLock { $0.forget { current.cover(robot: $0, person: $1) } }
        shared.optOuts.noteApplied(change)
    }

    /// Says who is in view of each robot whose list has changed or is to be renewed.
    func publishDuePeople(at now: Double) {
        for robot in lists.takeDue(at: now, hasPeople: { !recognizer.names(ofRobot: $0).isEmpty }) {
            publisher.publishPeople(recognizer.names(ofRobot: robot), robot: robot)
        }
    }

    /// Clears the empty lists of robots that have fallen silent.
    private func clearListsOfGoneRobots(at now: Double) {
        let gone = lists.takeGone(
            after: SourceRegistry<Source>.idleSeconds, at: now, lastArrivals: sources.lastArrivals())
        for robot in gone { publisher.clear(publisher.topics.people(robot: robot)) }
    }

    // MARK: - Connection

    /// Seconds in which a broker is expected to send what it retains.
    private static let retainedCheck = 5.0

    /// Says at a new connection everything that the broker may have lost, and asks for emotions that an
    /// earlier run of this node left behind.
    func announce(at now: Double) {
        publisher.publish(.online)
        publisher.publish(info)
        lists.noteLoss()
        publishDuePeople(at: now)
        publishHealth()
        // Valid by construction, as the prefix was checked.
        for filter in retainedFilters {
            try? client.subscribe(filter, qualityOfService: .atLeastOnce, excludingOwn: true)
        }
        timers.retainedCheckEnd = now + Self.retainedCheck
    }

    /// What an earlier run may have left at the broker: emotions, and lists of people, which outlive them.
    private var retainedFilters: [String] {
        [publisher.topics.emotionFilter(), publisher.topics.people(robot: "+")]
    }

    /// Takes a message of a topic that is only subscribed to because an earlier run may have left something there. Clears
    /// a retained emotion, and empties a retained list of people, that name this node but no person in view: an earlier
    /// run crashed, or the person left while there was no connection. The list is cleared too if the robot stays silent.
    ///
    /// - Returns: Whether it was such a topic.
    func takeLeftBehind(_ message: MQTTMessage) -> Bool {
        let topics = publisher.topics
        if let robot = topics.parsePeople(message.topic) {
            if message.retained, let list = try? PeopleMessage(decoding: message.payload),
                list.node == topics.node, !list.people.isEmpty || !lists.contains(robot)
            {
                emptyPeople(ofRobot: robot)
            }
            return true
        }
        guard let (robot, name) = topics.parseEmotion(message.topic) else { return false }
        guard message.retained, let emotion = try? EmotionMessage(decoding: message.payload),
            emotion.node == topics.node
        else { return true }
        if let person = recognizer.person(robot: robot, name: name) {
            // In view again: cleared with the person, if nothing new is published until then.
            people[person]?.hasRetainedEmotion = true
        } else {
            publisher.clear(message.topic)
            emptyPeople(ofRobot: robot)
        }
        return true
    }

    private func emptyPeople(ofRobot robot: String) {
        guard recognizer.names(ofRobot: robot).isEmpty else { return }
        guard lists.contains(robot) || lists.hasRoom else {
            return publisher.clear(publisher.topics.people(robot: robot))
        }
        lists.noteChange(of: robot)
        publishDuePeople(at: Arrival.monotonicSeconds())
    }

    /// Ends the subscription: from here on all retained emotions are our own or another node's.
    func endRetainedCheck() {
        for filter in retainedFilters { client.unsubscribe(filter) }
        timers.retainedCheckEnd = nil
    }

    /// Clears what this run has retained about people, says `stopped` and disconnects.
    func sayGoodbye(within seconds: Double) {
        for person in people.values where person.hasRetainedEmotion { publisher.clear(person.topic) }
        for robot in lists.withPeople { publisher.publishPeople([], robot: robot) }
        publishHealth()
        publisher.publish(.stopped)
        client.stop(deadline: seconds)
    }
}

extension NodeConfiguration {
    /// The configuration with a model's smallest confidence if it names none itself.
    func completed(by model: ServedModel) -> NodeConfiguration {
        var configuration = self
        configuration.pipeline.minimumConfidence =
            pipeline.minimumConfidence ?? model.classifier.minimumConfidence.map(Double.init)
        return configuration
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

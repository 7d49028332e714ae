import Gait
import Messaging

/// From a skeleton message to the emotions it completes.
extension Pipeline {
    /// Takes in one message from the broker.
    func receive(_ message: MQTTMessage) {
        messages += 1
        let arrival = message.arrival ?? Arrival.now()
        // Asked last of a known source, since parsing a topic allocates.
        if !feeds.contains(topic: message.topic), isRetainedCheck(message.topic) {
            return clearIfLeftBehind(message)
        }
        let rejection = decode(message.payload)
        guard
            let feed = feeds.feed(
                topic: message.topic, topics: publisher.topics, isValid: rejection == nil,
                at: arrival.monotonic)
        else { return countUnlisted(message, rejection: rejection, arrival: arrival.monotonic) }
        feed.figures.noteArrival(at: arrival.monotonic)
        if let rejection {
            feed.figures.rejected.count(rejection.reason.rawValue)
            log.warning(rejection.reason.rawValue, at: arrival.monotonic) { "\(feed.label): \(rejection)" }
            return
        }
        if !paused.isEmpty, paused.cover(robot: feed.source.robot) {
            return feed.figures.dropped.count("paused")
        }
        countRejectedBodies(of: feed, arrival: arrival.monotonic)
        guard let stamp = admit(feed, arrival: arrival) else { return }
        let isFirst = !feed.wasEverValid
        feed.wasEverValid = true
        takeBodies(from: feed, stamp: stamp, arrival: arrival.monotonic)
        // The broker may retain a list of an earlier run.
        if isFirst, feed.people.isEmpty, skeletons.bodyRejections.total == 0 {
            publishPeople(ofRobot: feed.source.robot)
        }
    }

    /// Decodes into `skeletons`.
    private func decode(_ payload: [UInt8]) -> SkeletonRejection? {
        let start = Arrival.monotonicSeconds()
        defer { health.decoding.record(seconds: Arrival.monotonicSeconds() - start) }
        do {
            try skeletons.decode(payload)
            return nil
        } catch {
            return error
        }
    }

    /// Counts a message whose source has no place of its own.
    private func countUnlisted(_ message: MQTTMessage, rejection: SkeletonRejection?, arrival: Double) {
        feeds.unlisted.noteArrival(at: arrival)
        if publisher.topics.parseSkeletons(message.topic) == nil {
            feeds.unlisted.rejected.count(RejectionReason.invalidTopic.rawValue)
        } else if let rejection {
            feeds.unlisted.rejected.count(rejection.reason.rawValue)
        } else {
            feeds.unlisted.dropped.count("too_many_sources")
            log.warning("too_many_sources", at: arrival) {
                "sources beyond \(PipelineLimits.sources) are not followed"
            }
        }
    }

    private func countRejectedBodies(of feed: SkeletonFeed, arrival: Double) {
        guard skeletons.bodyRejections.total > 0 else { return }
        for (reason, count) in skeletons.bodyRejections.byName {
            feed.figures.rejected.count(reason, times: count)
            warnOfBody(reason, in: feed, arrival: arrival)
        }
    }

    func warnOfBody(_ reason: String, in feed: SkeletonFeed, arrival: Double) {
        log.warning(reason, at: arrival) {
            let advice = RejectionReason(rawValue: reason).flatMap(skeletons.advice)
            return "\(feed.label): a body was rejected as \(reason)\(advice.map { ": \($0)" } ?? "")"
        }
    }

    /// Holds the message's stamp against the source's clock.
    ///
    /// - Returns: The stamp, in the source's time; nil for a late frame, which is counted.
    private func admit(_ feed: SkeletonFeed, arrival: Arrival) -> Double? {
        let time = feed.frameTime.time(stamp: skeletons.stamp, arrival: arrival, clock: feed.clock)
        if skeletons.stamp != nil, !feed.frameTime.isUsable {
            feed.figures.dropped.count("unusable_stamp")
            log.warning("unusable_stamp", at: arrival.monotonic) {
                "\(feed.label): stamps that do not run in seconds are not used, arrivals are"
            }
        }
        identify(in: feed, time: time, arrival: arrival.monotonic)
        switch feed.clock.read(stamp: time, arrival: arrival.monotonic) {
        case .late:
            feed.figures.dropped.count("late")
            log.warning("late", at: arrival.monotonic) { "\(feed.label): a late frame was dropped" }
            noteLateBodies(from: feed, arrival: arrival.monotonic)
            return nil
        case .jumped(let stamp):
            feed.figures.dropped.count("clock_reset")
            log.warning("clock_reset", at: arrival.monotonic) {
                "\(feed.label): the source's clock jumped, its buffers begin anew"
            }
            for person in feed.people.values {
                person.reset()
                endStay(of: person)
            }
            accept(feed)
            return stamp
        case .inOrder(let stamp):
            accept(feed)
            return stamp
        }
    }

    /// Frames that are late for seconds on end, such as after a small step back of the source's clock, cannot
    /// be read; but the people in them have not left.
    private func noteLateBodies(from feed: SkeletonFeed, arrival: Double) {
        for case let identity? in identities { feed.people[identity]?.lastSeen = arrival }
    }

    private func accept(_ feed: SkeletonFeed) {
        feed.figures.countAccepted()
        feed.frameIdentifier = skeletons.frameID
    }

    /// Adds the bodies to their people's buffers, and collects in `due` who is to be classified.
    private func takeBodies(from feed: SkeletonFeed, stamp: Double, arrival: Double) {
        for (index, body) in skeletons.bodies.enumerated() {
            guard let identity = identities[index],
                let person = person(identity, in: feed, stamp: stamp, arrival: arrival)
            else { continue }
            if take(body.pose, of: person, in: feed, stamp: stamp, arrival: arrival) {
                person.position = position(of: body)
            }
        }
    }

    /// Adds a pose to a person's buffer, and the person to `due` where that is so.
    ///
    /// - Returns: whether it is the newest that is known of the person.
    @discardableResult
    func take(
        _ pose: Pose, of person: Person, in feed: SkeletonFeed, stamp: Double, arrival: Double
    ) -> Bool {
        person.lastSeen = arrival
        let admission = person.buffer.append(pose, at: stamp)
        if admission != .accepted { feed.figures.dropped.count(admission.rawValue) }
        if admission == .accepted { keep(pose, at: stamp, of: person, in: feed, arrival: arrival) }
        // An empty pose still says that the person is there, and that there is nothing to read.
        guard admission == .accepted || admission == .empty else { return false }
        person.stamp = stamp
        if person.due <= arrival, !person.isWaiting { due.append(person, of: feed, message: messages) }
        return true
    }

    /// The root in the source's own frame, metres; nil where it is missing or every body has its own origin.
    private func position(of body: SkeletonMessage.Body) -> SIMD3<Float>? {
        guard skeletons.origin == .world, body.pose.present.contains(.root) else { return nil }
        return skeletons.inSourceFrame(body.pose[.root])
    }

    /// Classifies the first of `due` in one batch and publishes what was read.
    func readEmotions() {
        due.takeBatch(limit: PipelineLimits.batchPeople, into: &batch)
        for entry in batch where entry.message != messages { health.countPostponed() }
        let readings = reader.read(batch, record: &health)
        for (entry, reading) in zip(batch, readings) {
            let person = entry.person
            let decision = EmotionDecision(
                reading, smoothing: &person.smoothing, labels: labels, configuration: configuration.pipeline)
            let latency = publisher.publish(
                decision, explanation: reader.explanation(of: reading, label: decision.label), of: person,
                from: entry.feed, arrival: person.lastSeen)
            if let latency {
                health.total.record(seconds: latency)
                keepWindow(decision, of: person, arrival: person.lastSeen)
            }
            person.due = dueTimes.next(after: person.lastSeen, phase: person.phase)
        }
        batch.removeAll(keepingCapacity: true)
    }
}

import Gait
import GaitModels
import Messaging
import Recognition

/// From a message, or a camera's poses, to the emotions that it completes.
extension Pipeline {
    /// How many joints an explanation names.
    private static let explainedJoints = 3

    // MARK: - Frames

    /// Takes in one message from the broker.
    func receive(_ message: MQTTMessage) {
        let arrival = message.arrival ?? Arrival.now()
        // Asked last of a known source, since parsing a topic allocates.
        if sources.entries[message.topic] == nil, isRetainedCheck(message.topic) {
            return clearIfLeftBehind(message)
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
            sources.entries[message.topic]?.metrics.dropped.count(DropReason.paused.rawValue)
            return
        }
        countRejectedBodies(of: message.topic, arrival: arrival.monotonic)
        buffers.readBodies()
        buffers.events.removeAll(keepingCapacity: true)
        recognizer.take(
            buffers.bodies, from: number, origin: buffers.message.origin, stamp: buffers.message.stamp,
            arrival: arrival.monotonic, wallClock: arrival.wallClock, events: &buffers.events,
            refusal: { refusal($0, of: robot) })
        let isAccepted = handleEvents(
            bodies: buffers.bodies, topic: message.topic, arrival: arrival.monotonic)
        guard isAccepted else { return }
        sources.entries[message.topic]?.state.frameIdentifier = buffers.message.frameID
        noteValid(message.topic, hasRejectedBodies: buffers.message.bodyRejections.total > 0)
    }

    /// Takes in the people of one camera frame, whose stamp the perception thread has admitted.
    func receive(_ poses: CameraPoses) {
        guard admit(poses.topic, rejection: nil, at: poses.arrival, as: { _ in poses.source }),
            let (number, robot) = source(of: poses.topic)
        else { return }
        sources.entries[poses.topic]?.state.frameIdentifier = poses.frameIdentifier
        buffers.events.removeAll(keepingCapacity: true)
        recognizer.takeAdmitted(
            poses.bodies, from: number, time: poses.time, arrival: poses.arrival,
            beginsAgain: poses.beginsAgain, events: &buffers.events, refusal: { refusal($0, of: robot) })
        handleEvents(bodies: poses.bodies, topic: poses.topic, arrival: poses.arrival)
        noteValid(poses.topic, hasRejectedBodies: false)
    }

    /// Decodes into the buffer.
    private func decode(_ payload: [UInt8]) -> SkeletonRejection? {
        let start = Arrival.monotonicSeconds()
        defer { health.decoding.record(seconds: Arrival.monotonicSeconds() - start) }
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
        let admission = sources.admit(
            topic, as: source, rejection: rejection, at: now,
            isInUse: { recognizer.hasPeople($0.number) },
            state: { Source(number: recognizer.addSource(robot: $0.robot, camera: $0.camera)) },
            release: { recognizer.removeSource($0.number) })
        if admission == .tooManySources {
            log.warning("too_many_sources", at: now) {
                "sources beyond \(PipelineLimits.sources) are ignored"
            }
        }
        return admission == .listed
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

    /// Notes that a source is valid. At its first frame the broker may retain a list of people of an earlier run.
    private func noteValid(_ topic: String, hasRejectedBodies: Bool) {
        guard sources.entries[topic]?.wasEverValid == false, let (number, robot) = source(of: topic) else {
            return
        }
        sources.entries[topic]?.wasEverValid = true
        if !recognizer.hasPeople(number), !hasRejectedBodies { publishPeople(ofRobot: robot) }
    }

    // MARK: - Rejections

    private func reject(_ rejection: SkeletonRejection, of topic: String, at arrival: Double) {
        sources.entries[topic]?.metrics.rejected.count(rejection.reason.rawValue)
        let label = sources.entries[topic]?.label ?? topic
        log.warning(rejection.reason.rawValue, at: arrival) { "\(label): \(rejection)" }
    }

    private func countRejectedBodies(of topic: String, arrival: Double) {
        guard buffers.message.bodyRejections.total > 0 else { return }
        for (reason, count) in buffers.message.bodyRejections.byName {
            countRejectedBody(reason, times: count, of: topic, arrival: arrival)
        }
    }

    private func countRejectedBody(_ reason: String, times: Int = 1, of topic: String, arrival: Double) {
        sources.entries[topic]?.metrics.rejected.count(reason, times: times)
        log.warning(reason, at: arrival) {
            let label = sources.entries[topic]?.label ?? topic
            let advice = RejectionReason(rawValue: reason).flatMap(buffers.message.advice)
            return "\(label): a body was rejected as \(reason)\(advice.map { ": \($0)" } ?? "")"
        }
    }

    // MARK: - Events

    /// Counts, keeps and publishes what the recognizer said.
    ///
    /// - Parameters:
    ///   - bodies: The frame's.
    ///   - topic: The source's; empty if the events belong to no frame.
    ///   - arrival: Monotonic seconds.
    /// - Returns: Whether a frame was accepted.
    @discardableResult
    func handleEvents(bodies: [SourceBody] = [], topic: String = "", arrival: Double) -> Bool {
        var isAccepted = false
        var changedRobots: Set<String> = []
        for event in buffers.events {
            switch event {
            case .accepted:
                isAccepted = true
                sources.entries[topic]?.metrics.countAccepted()
            case .dropped(let reason):
                countDropped(reason, of: topic, arrival: arrival)
            case .implausible:
                countRejectedBody(
                    RejectionReason.implausibleGeometry.rawValue, of: topic, arrival: arrival)
            case .invalidName:
                sources.entries[topic]?.metrics.rejected.count(RejectionReason.invalidID.rawValue)
            case .arrived(let person, let name):
                guard let (_, robot) = source(of: topic) else { continue }
                people[person] = Person(
                    robot: robot, name: name, source: topic,
                    topic: publisher.topics.emotion(robot: robot, person: name))
                changedRobots.insert(robot)
            case .kept(let body, let person, let time):
                keep(bodies[body].pose, at: time, of: person, arrival: arrival)
            case .restarted(let person):
                endTracklet(of: person)
            case .left(let person):
                endTracklet(of: person)
                guard let gone = people.removeValue(forKey: person) else { continue }
                if gone.hasRetainedEmotion { publisher.clear(gone.topic) }
                changedRobots.insert(gone.robot)
            }
        }
        for robot in changedRobots { publishPeople(ofRobot: robot) }
        return isAccepted
    }

    private func countDropped(_ reason: DropReason, of topic: String, arrival: Double) {
        sources.entries[topic]?.metrics.dropped.count(reason.rawValue)
        let explanation: String
        switch reason {
        case .late: explanation = "a late frame was dropped"
        case .clockReset: explanation = "the source's clock jumped; its buffers begin again"
        case .unusableStamp: explanation = "the stamps do not run in seconds; arrival times are used instead"
        case .tooManyPeople: explanation = "people beyond 'pipeline.max_people' are not tracked"
        case .nameConflict: explanation = "another source of the robot has a person of the same name"
        case .duplicate, .tooFrequent, .empty, .invalidStamp, .paused: return
        }
        log.warning(reason.rawValue, at: arrival) {
            "\(sources.entries[topic]?.label ?? topic): \(explanation)"
        }
    }

    /// Keeps an accepted pose for labels to come.
    private func keep(_ pose: Pose, at time: Double, of number: Int, arrival: Double) {
        guard let person = people[number] else { return }
        let tracklet = shared.history.withLock { history in
            let tracklet = person.tracklet ?? history.begin(robot: person.robot, person: person.name)
            history.append(pose, at: time, to: tracklet, now: arrival)
            return tracklet
        }
        if person.tracklet == nil { people[number]?.tracklet = tracklet }
    }

    /// Ends the history of a person who has left or whose source's clock has jumped.
    private func endTracklet(of number: Int) {
        guard let tracklet = people[number]?.tracklet else { return }
        shared.history.withLock { $0.end(tracklet) }
        people[number]?.tracklet = nil
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
        guard shared.pauses.changeCount != optOuts.change else { return }
        let (current, change) = shared.pauses.current()
        optOuts = (current, change)
        buffers.events.removeAll(keepingCapacity: true)
        recognizer.dismiss(where: { current.cover(robot: $0, person: $1) }, events: &buffers.events)
        handleEvents(arrival: Arrival.monotonicSeconds())
        shared.history.withLock { $0.forget { current.cover(robot: $0, person: $1) } }
        shared.pauses.noteApplied(change)
    }

    /// Says who is in view of a robot, whichever of its sources sees them.
    func publishPeople(ofRobot robot: String) {
        publisher.publishPeople(recognizer.names(ofRobot: robot), robot: robot)
    }

    // MARK: - Emotions

    /// Reads the first people who are due in one batch, and publishes what was decided.
    func readEmotions() {
        recognizer.nextWindows(limit: PipelineLimits.batchPeople, into: &buffers.due)
        for person in buffers.due where person.isPostponed { health.countPostponed() }
        recognizer.decide(buffers.due, into: &buffers.decisions) { gaits in
            let start = Arrival.monotonicSeconds()
            let results = model.classify(gaits)
            health.countBatch(windows: gaits.count, seconds: Arrival.monotonicSeconds() - start)
            return results.map(\.probabilities)
        }
        for (person, decision) in zip(buffers.due, buffers.decisions) { publish(decision, of: person) }
        buffers.due.removeAll(keepingCapacity: true)
        buffers.decisions.removeAll(keepingCapacity: true)
    }

    private func publish(_ decision: EmotionDecision, of person: Recognizer.DueWindow) {
        guard let known = people[person.person], let place = sources.entries.index(forKey: known.source),
            let latency = publisher.publish(
                decision, labels: model.labels, explanation: explanation(of: decision), of: person,
                from: sources.entries.values[place].source,
                frameID: sources.entries.values[place].state.frameIdentifier, to: known.topic)
        else { return }
        people[person.person]?.hasRetainedEmotion = true
        health.total.record(seconds: latency)
        guard let window = decision.window, let pose = person.pose, let tracklet = known.tracklet else {
            return
        }
        let published = PublishedWindow(
            end: window.end, state: decision.state, emotion: model.labels.emotion(of: decision),
            confidence: decision.confidence)
        shared.history.withLock { $0.note(published, endingWith: pose, of: tracklet, now: person.arrival) }
    }

    /// The joints that counted most for a decision: none if it has no probabilities, nil if nothing is explained.
    private func explanation(of decision: EmotionDecision) -> [EmotionMessage.JointShare]? {
        guard let explainer = model.explainer else { return nil }
        guard let label = decision.label, let window = decision.window else { return [] }
        return explainer.explain(window.gait, label: label).ranking.prefix(Self.explainedJoints)
            .filter { $0.share > 0 }
            .map { EmotionMessage.JointShare(joint: $0.joint.name, share: $0.share) }
    }
}

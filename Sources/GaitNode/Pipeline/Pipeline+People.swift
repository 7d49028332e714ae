import Gait
import Messaging

/// Who is in view.
extension Pipeline {
    /// The person of a source, followed from now on if new.
    ///
    /// - Returns: nil where the person cannot be followed; the reason is counted.
    func person(
        _ identity: PersonIdentity, in feed: SkeletonFeed, stamp: Double, arrival: Double
    ) -> Person? {
        if let person = feed.people[identity] { return person }
        let name = feed.source.person(identifier: identity.identifier)
        guard Topics.isValidName(name) else {
            feed.figures.rejected.count(RejectionReason.invalidID.rawValue)
            return nil
        }
        guard paused.isEmpty || !paused.cover(robot: feed.source.robot, person: name) else {
            feed.figures.dropped.count("paused")
            return nil
        }
        guard feeds.peopleCount < configuration.pipeline.maximumPeople else {
            feed.figures.dropped.count("too_many_people")
            log.warning("too_many_people", at: arrival) {
                "\(feed.label): people beyond 'pipeline.max_people' are not followed"
            }
            return nil
        }
        // Id `kitchen-1` of the robot itself and id `1` of its camera `kitchen` have the same topic.
        guard feeds.person(robot: feed.source.robot, name: name) == nil else {
            feed.figures.dropped.count("name_conflict")
            log.warning("name_conflict", at: arrival) { "\(feed.label): \(name) is another source's person" }
            return nil
        }
        let phase = dueTimes.nextPhase()
        let person = Person(
            name: name, topic: publisher.topics.emotion(robot: feed.source.robot, person: name), phase: phase,
            due: dueTimes.first(after: arrival, phase: phase), seen: arrival, stamp: stamp)
        feed.people[identity] = person
        publishPeople(ofRobot: feed.source.robot)
        return person
    }

    /// Lets go of people who were not seen for `pipeline.person_timeout`, and clears their emotions.
    func removeAbsentPeople(at now: Double) {
        for feed in feeds.feeds {
            let absent = feed.people.filter {
                now - $0.value.lastSeen >= configuration.pipeline.personTimeout
            }
            guard !absent.isEmpty else { continue }
            for (identity, person) in absent {
                feed.people[identity] = nil
                person.isPresent = false
                endStay(of: person)
                if case .tracked(let number) = identity {
                    feed.tracker.forget(number)
                    if feed.placeless == number { feed.placeless = nil }
                }
                if person.hasRetainedEmotion { publisher.clear(person.topic) }
            }
            publishPeople(ofRobot: feed.source.robot)
        }
    }

    /// Keeps an accepted pose for labels to come.
    func keep(_ pose: Pose, at stamp: Double, of person: Person, in feed: SkeletonFeed, arrival: Double) {
        person.stay = history.withLock { history in
            let stay = person.stay ?? history.begin(robot: feed.source.robot, person: person.name)
            history.append(pose, at: stamp, to: stay, now: arrival)
            return stay
        }
    }

    /// Notes that the person's newest window was published as decided.
    func keepWindow(_ decision: EmotionDecision, of person: Person, arrival: Double) {
        guard let window = decision.window, let stay = person.stay, let pose = person.buffer.newestPose,
            person.buffer.newestStamp == window.end
        else { return }
        let published = PublishedWindow(
            end: window.end, state: decision.state, emotion: decision.emotion,
            confidence: decision.confidence)
        history.withLock { $0.note(published, endingWith: pose, of: stay, now: arrival) }
    }

    /// Ends what is kept of a person who has gone or whose source's clock has jumped.
    func endStay(of person: Person) {
        if let stay = person.stay { history.withLock { $0.end(stay) } }
        person.stay = nil
    }

    /// Says who is in view of a robot, whichever of its sources sees them.
    func publishPeople(ofRobot robot: String) {
        publisher.publishPeople(feeds.names(ofRobot: robot), robot: robot)
    }
}

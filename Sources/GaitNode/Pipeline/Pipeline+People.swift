import Gait
import Messaging

/// Who is in view.
extension Pipeline {
    /// The person whom a source gives this id, followed from now on if new.
    ///
    /// - Returns: nil where the person cannot be followed; the reason is counted.
    func person(identifier: String, in feed: SkeletonFeed, stamp: Double, arrival: Double) -> Person? {
        if let person = feed.people[identifier] { return person }
        let name = feed.source.person(identifier: identifier)
        guard Topics.isValidName(name) else {
            feed.figures.rejected.count(RejectionReason.invalidID.rawValue)
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
        feed.people[identifier] = person
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
            for (identifier, person) in absent {
                feed.people[identifier] = nil
                person.isPresent = false
                if person.hasRetainedEmotion { publisher.clear(person.topic) }
            }
            publishPeople(ofRobot: feed.source.robot)
        }
    }

    /// Says who is in view of a robot, whichever of its sources sees them.
    func publishPeople(ofRobot robot: String) {
        publisher.publishPeople(feeds.names(ofRobot: robot), robot: robot)
    }
}

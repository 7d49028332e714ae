import Messaging

/// What is said at every connect and at the end.
extension Pipeline {
    /// Seconds in which a broker is expected to send what it retains.
    private static let retainedCheck = 5.0

    /// Says at a new connection everything that the broker may have lost, and asks for emotions that an
    /// earlier run of this node left behind.
    func announce(at now: Double) {
        publisher.publish(.online)
        publisher.publish(info)
        for robot in Set(feeds.feeds.lazy.filter(\.wasEverValid).map(\.source.robot)) {
            publishPeople(ofRobot: robot)
        }
        publishHealth()
        // Valid by construction, as the prefix was checked.
        for filter in retainedFilters {
            try? client.subscribe(filter, qualityOfService: .atLeastOnce, excludingOwn: true)
        }
        retainedCheckEnd = now + Self.retainedCheck
    }

    /// What an earlier run may have left at the broker: emotions, and lists of people, which outlive them.
    private var retainedFilters: [String] {
        [publisher.topics.emotionFilter(), publisher.topics.peopleFilter()]
    }

    /// Whether a topic is one of those that are only listened to for what an earlier run left.
    func isRetainedCheck(_ topic: String) -> Bool {
        publisher.topics.parseEmotion(topic) != nil || publisher.topics.parsePeople(topic) != nil
    }

    /// Empties a retained list of people that names this node where it sees nobody now.
    private func emptyIfLeftBehind(_ message: MQTTMessage, robot: String) {
        guard let list = try? PeopleMessage(decoding: message.payload), !list.people.isEmpty,
            list.node == publisher.topics.node, feeds.names(ofRobot: robot).isEmpty
        else { return }
        publisher.publishPeople([], robot: robot)
    }

    /// Clears a retained emotion, or list, that names this node and belongs to nobody in view: an earlier run ended
    /// without a goodbye, or the person left while there was no connection.
    func clearIfLeftBehind(_ message: MQTTMessage) {
        guard message.retained else { return }
        if let robot = publisher.topics.parsePeople(message.topic) {
            return emptyIfLeftBehind(message, robot: robot)
        }
        guard let (robot, name) = publisher.topics.parseEmotion(message.topic),
            let emotion = try? EmotionMessage(decoding: message.payload),
            emotion.node == publisher.topics.node
        else { return }
        if let person = feeds.person(robot: robot, name: name) {
            // In view again: cleared with the person, should nothing new be published until then.
            person.hasRetainedEmotion = true
            return
        }
        publisher.clear(message.topic)
        let names = feeds.names(ofRobot: robot)
        if names.isEmpty { publisher.publishPeople(names, robot: robot) }
    }

    /// Takes the subscription back: from here on all retained emotions are our own or another node's.
    func endRetainedCheck() {
        for filter in retainedFilters { client.unsubscribe(filter) }
        retainedCheckEnd = nil
    }

    /// Clears what this run has retained about people, says `stopped` and disconnects.
    func sayGoodbye(within seconds: Double) {
        for feed in feeds.feeds {
            for person in feed.people.values where person.hasRetainedEmotion { publisher.clear(person.topic) }
        }
        for robot in Set(feeds.feeds.lazy.filter { !$0.people.isEmpty }.map(\.source.robot)) {
            publisher.publishPeople([], robot: robot)
        }
        publishHealth()
        publisher.publish(.stopped)
        client.stop(deadline: seconds)
    }
}

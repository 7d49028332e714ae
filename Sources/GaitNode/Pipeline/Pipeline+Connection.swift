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
        try? client.subscribe(
            publisher.topics.emotionFilter(), qualityOfService: .atLeastOnce, excludingOwn: true)
        retainedCheckEnd = now + Self.retainedCheck
    }

    /// Clears a retained emotion that names this node and belongs to nobody in view: an earlier run ended
    /// without a goodbye, or the person left while there was no connection.
    func clearIfLeftBehind(_ message: MQTTMessage) {
        guard message.retained, let (robot, name) = publisher.topics.parseEmotion(message.topic),
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
        client.unsubscribe(publisher.topics.emotionFilter())
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

import Messaging

/// The sources that are listened to, a bounded number of them, since their names come from topics that
/// anybody at the broker can publish to. Belongs to the pipeline's thread.
struct FeedTable {
    /// Seconds without a pose after which a person has left.
    let personTimeout: Double
    private var feedsByTopic: [String: SkeletonFeed] = [:]
    private var numbersGiven = 0
    /// The counters of all messages whose source has no place of its own.
    var unlisted = SourceMetrics()

    init(personTimeout: Double) {
        self.personTimeout = personTimeout
    }

    /// All sources.
    var feeds: some Collection<SkeletonFeed> { feedsByTopic.values }

    /// Whether the topic's source has a place.
    func contains(topic: String) -> Bool { feedsByTopic[topic] != nil }

    /// People in view of all sources.
    var peopleCount: Int { feedsByTopic.values.reduce(0) { $0 + $1.people.count } }

    /// The source of a topic, admitted if it is new and there is a place for it.
    ///
    /// - Parameters:
    ///   - topic: The message's topic.
    ///   - topics: Reads robot and camera from a new topic.
    ///   - isValid: Whether the message could be decoded. Only a valid one takes the place of another source:
    ///     the one silent for longest of those that never were valid or have been idle.
    ///   - now: Monotonic seconds.
    /// - Returns: nil where there is no place, or the topic names no source.
    mutating func feed(topic: String, topics: Topics, isValid: Bool, at now: Double) -> SkeletonFeed? {
        if let feed = feedsByTopic[topic] { return feed }
        guard let source = topics.parseSkeletons(topic) else { return nil }
        return admit(source, topic: topic, isValid: isValid, at: now)
    }

    /// The camera of a topic of frames that were looked at, admitted in the same way.
    mutating func feed(topic: String, camera: SkeletonSource, at now: Double) -> SkeletonFeed? {
        feedsByTopic[topic] ?? admit(camera, topic: topic, isValid: true, at: now)
    }

    private mutating func admit(
        _ source: SkeletonSource, topic: String, isValid: Bool, at now: Double
    ) -> SkeletonFeed? {
        if feedsByTopic.count >= PipelineLimits.sources {
            guard isValid, let place = dispensableTopic(at: now) else { return nil }
            feedsByTopic[place] = nil
        }
        let feed = SkeletonFeed(source: source, personTimeout: personTimeout)
        feedsByTopic[topic] = feed
        return feed
    }

    /// The number of a new person who comes without an id, unique for the run.
    mutating func nextNumber() -> Int {
        numbersGiven += 1
        return numbersGiven
    }

    private func dispensableTopic(at now: Double) -> String? {
        feedsByTopic.filter { $0.value.isDispensable(at: now) }
            .min { ($0.value.figures.lastArrival ?? 0) < ($1.value.figures.lastArrival ?? 0) }?.key
    }

    /// The names of all people that a robot's sources see, in order.
    func names(ofRobot robot: String) -> [String] {
        feedsByTopic.values.filter { $0.source.robot == robot }.flatMap { $0.people.values.map(\.name) }
            .sorted()
    }

    /// The person whom a robot's sources call by this name in the topics.
    func person(robot: String, name: String) -> Person? {
        for feed in feedsByTopic.values where feed.source.robot == robot {
            for person in feed.people.values where person.name == name { return person }
        }
        return nil
    }

    /// The figures of every source for `health`; `other` holds those without a place.
    mutating func report(elapsed: Double, now: Double) -> [String: HealthMessage.Source] {
        var sources: [String: HealthMessage.Source] = [:]
        for feed in feedsByTopic.values {
            let figures = feed.figures.report(elapsed: elapsed, now: now)
            // A camera may send frames and skeletons.
            sources[feed.label, default: HealthMessage.Source()].add(figures)
        }
        if unlisted.lastArrival != nil {
            sources["other"] = unlisted.report(elapsed: elapsed, now: now)
        }
        return sources
    }
}

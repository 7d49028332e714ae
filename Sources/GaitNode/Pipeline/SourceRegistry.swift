import Messaging

/// The sources of one kind that the node listens to, with their counters. Their number is bounded, because anybody at the
/// broker can publish to topics of any name, and the robots share the places: see ``placeToYield(to:at:isInUse:)``.
struct SourceRegistry<State> {
    /// A source that has a place.
    struct Entry {
        let topic: String
        let source: SkeletonSource
        /// The key in `health`, such as `r1/skeletons`.
        let label: String
        /// Larger than that of every source before it.
        fileprivate let number: Int
        var metrics = SourceMetrics()
        /// Whether anything of this source was ever usable. A source without gives way to one with.
        var wasEverValid = false
        var state: State
    }

    /// The result for a topic.
    enum Admission {
        case listed
        /// The topic names no source.
        case invalidTopic
        /// There is no place for a source whose first message is unusable.
        case rejected
        /// There is no place.
        case tooManySources
    }

    /// Seconds without a message after which a source gives up its place when another one needs it: few, so
    /// that a flood of robots that speak once does not lock out those that come after it.
    static var idleSeconds: Double { 10 }

    /// The most sources.
    let limit: Int
    /// By topic.
    var entries: [String: Entry] = [:]
    /// The counters of all messages whose source has no place.
    private var unlisted = SourceMetrics()
    private var admitted = 0

    init(limit: Int) { self.limit = limit }

    /// Registers the source of a new topic, if there is room. Notes the arrival, and counts a message whose source is
    /// not registered.
    ///
    /// - Parameters:
    ///   - topic: The message's topic.
    ///   - source: Reads robot and camera from a new topic.
    ///   - rejection: Why the message cannot be used; nil if it can. Only a usable message takes the place of another
    ///     source.
    ///   - now: Monotonic seconds.
    ///   - isInUse: Whether a source must keep its place though it is silent.
    ///   - state: What to keep of a new source.
    ///   - release: Gets what was kept of a source that loses its place.
    mutating func admit(
        _ topic: String, as source: (String) -> SkeletonSource?, rejection: RejectionReason? = nil,
        at now: Double, isInUse: (State) -> Bool = { _ in false }, state: (SkeletonSource) -> State,
        release: (State) -> Void = { _ in }
    ) -> Admission {
        let admission = place(
            topic, as: source, isUsable: rejection == nil, at: now, isInUse: isInUse, state: state,
            release: release)
        switch admission {
        case .listed:
            entries[topic]?.metrics.lastArrival = now
            return .listed
        case .invalidTopic: unlisted.counts.rejected[RejectionReason.invalidTopic.rawValue, default: 0] += 1
        case .rejected: rejection.map { unlisted.counts.rejected[$0.rawValue, default: 0] += 1 }
        case .tooManySources: unlisted.counts.dropped["too_many_sources", default: 0] += 1
        }
        unlisted.lastArrival = now
        return admission
    }

    /// Counts a message that the broker had retained: it is not of now, so that nothing may be made of it. Its source
    /// takes a place only if one is free.
    mutating func countRetained(
        _ topic: String, as source: (String) -> SkeletonSource?, at now: Double,
        state: (SkeletonSource) -> State
    ) {
        let admission = place(
            topic, as: source, isUsable: false, at: now, isInUse: { _ in true }, state: state,
            release: { _ in })
        if admission == .listed { return count(\.dropped, Self.retained, of: topic) }
        unlisted.counts.dropped[Self.retained, default: 0] += 1
        unlisted.lastArrival = now
    }

    private static var retained: String { "retained" }

    private mutating func place(
        _ topic: String, as source: (String) -> SkeletonSource?, isUsable: Bool, at now: Double,
        isInUse: (State) -> Bool, state: (SkeletonSource) -> State, release: (State) -> Void
    ) -> Admission {
        if entries[topic] != nil { return .listed }
        guard let source = source(topic) else { return .invalidTopic }
        if entries.count >= limit {
            guard isUsable else { return .rejected }
            guard let yielding = placeToYield(to: source.robot, at: now, isInUse: isInUse),
                let entry = entries.removeValue(forKey: yielding)
            else { return .tooManySources }
            release(entry.state)
        }
        admitted += 1
        entries[topic] = Entry(
            topic: topic, source: source, label: "\(source.robot)/\(source.name)", number: admitted,
            state: state(source))
        return .listed
    }

    /// The topic whose place goes to a robot's new source when there is none left. The source silent for longest of
    /// those that have been idle, or that never were usable and belong to the same robot or one with more sources; first
    /// of the robots with most. If there is none, the newest source of the robot with most, unless the new source's
    /// robot would then have as many.
    private func placeToYield(to robot: String, at now: Double, isInUse: (State) -> Bool) -> String? {
        var held: [String: Int] = [:]
        for entry in entries.values { held[entry.source.robot, default: 0] += 1 }
        let own = held[robot] ?? 0
        let dispensable = entries.values.filter { entry in
            let rival = held[entry.source.robot] ?? 0
            let isIdle = entry.metrics.lastArrival.map { now - $0 >= Self.idleSeconds } ?? true
            let isUseless = !entry.wasEverValid && (entry.source.robot == robot || rival > own)
            return (isIdle || isUseless) && !isInUse(entry.state)
        }
        let silent = dispensable.min { one, other in
            (-(held[one.source.robot] ?? 0), one.metrics.lastArrival ?? 0)
                < (-(held[other.source.robot] ?? 0), other.metrics.lastArrival ?? 0)
        }
        if let silent { return silent.topic }
        guard let (holder, most) = held.max(by: { $0.value < $1.value }), most > own + 1 else { return nil }
        return entries.values.lazy.filter { $0.source.robot == holder }.max { $0.number < $1.number }?.topic
    }

    /// When a robot was last heard, by any of its sources, usable or not; monotonic seconds.
    func lastArrivals() -> [String: Double] {
        entries.values.reduce(into: [:]) { arrivals, entry in
            arrivals[entry.source.robot] = max(
                arrivals[entry.source.robot] ?? 0, entry.metrics.lastArrival ?? 0)
        }
    }

    /// Counts messages or bodies of a registered source by the reason why they were dropped or rejected.
    mutating func count(
        _ counts: WritableKeyPath<HealthMessage.Source, [String: Int]>, _ reason: String, times: Int = 1,
        of topic: String
    ) {
        entries[topic]?.metrics.counts[keyPath: counts][reason, default: 0] += times
    }

    /// Adds the counters of every source for `health`, by label, and starts a new interval; `other` holds the sources
    /// without a place. A camera may send frames and skeletons, which are then counted together.
    mutating func report(elapsed: Double, now: Double, into sources: inout [String: HealthMessage.Source]) {
        for topic in Array(entries.keys) {
            guard let label = entries[topic]?.label,
                let counts = entries[topic]?.metrics.report(elapsed: elapsed, now: now)
            else { continue }
            sources[label, default: HealthMessage.Source()].add(counts)
        }
        guard unlisted.lastArrival != nil else { return }
        sources["other", default: HealthMessage.Source()].add(unlisted.report(elapsed: elapsed, now: now))
    }
}

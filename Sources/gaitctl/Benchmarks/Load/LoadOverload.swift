import Messaging

/// What twice as many people as are carried do to gaitd, and how it comes back. Blocks its thread.
struct LoadOverload: Encodable {
    /// People who walk at once.
    let people: Int
    let seconds: Double
    /// What was lost meanwhile, by reason.
    let dropped: [String: Int]
    let postponed: Int
    /// The largest share of the classifications that came, 0 to 1.
    let classified: Double
    let residentMegabytes: Double
    /// The number of people afterwards.
    let peopleAfter: Int
    /// Seconds after the load fell until nothing was lost any more and latencies were in bounds.
    let recovery: Double?

    enum CodingKeys: String, CodingKey {
        case people, seconds, dropped, postponed
        case classified = "classified_share"
        case residentMegabytes = "rss_mb"
        case peopleAfter = "people_after"
        case recovery = "recovery_s"
    }

    /// - Parameters:
    ///   - carried: the number of people that is carried: first they walk, then twice, then half as many.
    ///   - seconds: how long twice as many walk.
    init(_ measurement: LoadMeasurement, carried: Int, seconds: Double) throws {
        let client = measurement.client
        _ = try client.waitForDaemon(measurement.daemon.identifier)
        try client.walk(people: carried, seconds: LoadMeasurement.warmUp)
        let begin = try client.walk(people: 2 * carried, seconds: LoadMeasurement.warmUp + seconds)
        let fallen = try client.walk(people: max(carried / 2, 1), seconds: 6)
        try client.waitForHealth(within: 5)
        let end = Arrival.monotonicSeconds()
        let last = client.healths.last?.counts ?? LoadCounts()
        let samples = client.samples()
        let counted = samples.filter {
            $0.published >= begin + LoadMeasurement.warmUp && $0.published < fallen
        }
        people = 2 * carried
        self.seconds = seconds
        dropped = measurement.losses(last)
        postponed = last.postponed
        classified =
            Double(counted.count) / (Double(2 * carried) / LoadMeasurement.classifyEvery * seconds)
        residentMegabytes = ProcessUsage.largestResidentMegabytes(of: measurement.daemon.identifier)
        peopleAfter = max(carried / 2, 1)
        // Health says what was lost, but not when: the first that says all of it is the latest possible.
        let firstFull = client.healths.first { $0.counts.droppedCount == last.droppedCount }?.arrived
        let losing = last.droppedCount > 0 ? max((firstFull ?? end) - fallen, 0) : 0
        recovery = LoadLatency.recovery(samples, from: fallen, to: end).map { max($0, losing) }
    }
}

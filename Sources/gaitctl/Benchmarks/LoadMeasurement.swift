import Foundation
import Messaging

/// Puts a number of people before a daemon that was just started. Blocks its thread.
struct LoadMeasurement {
    /// Seconds in which windows fill before anything is counted.
    static let warmUp = 4.0

    let client: LoadClient
    let daemon: pid_t
    /// When gaitd was started, monotonic seconds.
    let launched: Double
    let broker: pid_t
    let crowd: LoadCrowd

    /// Measures one number of people. Each person's first classification is left out.
    ///
    /// - Parameter stops: whether to stop gaitd afterward while people walk, and measure how long that takes.
    /// - Throws: `CommandFailure` if gaitd does not start or keep running, or after Ctrl-C.
    func measure(people: Int, seconds: Double, warmUp: Double, stops: Bool) throws -> LoadMetrics {
        let online = try client.waitForDaemon(daemon)
        var before: [Double]?
        let start = try client.walk(people: people, seconds: warmUp + seconds) { elapsed in
            if before == nil, elapsed >= warmUp { before = usage() }
            return false
        }
        let after = usage()
        let health = try client.waitForHealth()
        let published = client.published
        let resident = ProcessUsage.largestResidentMegabytes(of: daemon)
        guard ProcessUsage.isRunning(daemon) else {
            throw CommandFailure.failure("gaitd ended under \(people) people")
        }
        let dropped = losses(health)
        let counted = start + warmUp..<start + warmUp + seconds
        let samples = client.samples().filter { !$0.isFirst && counted.contains($0.published) }
        let latency = LoadLatency(samples)
        let expected = Int(Double(people) / LoadBench.classifyEvery * seconds)
        let isInTime =
            Double(samples.count) >= 0.95 * Double(expected) && latency.p99Ms < LoadLatency.boundMs
        let decoding = health.latency["decode"]?.p50.map { $0 * 1000 }
        return LoadMetrics(
            people: people, robots: (people + crowd.share - 1) / crowd.share, fps: crowd.rate,
            seconds: seconds, sustained: dropped.isEmpty && isInTime, p50Ms: latency.p50Ms,
            p95Ms: latency.p95Ms, p99Ms: latency.p99Ms, maxMs: latency.maxMs,
            classificationsExpected: expected, classificationsSeen: samples.count,
            postponed: health.inference.postponed, messagesPublished: published,
            messagesAccepted: health.accepted, dropped: dropped, rssMb: resident,
            cpu: LoadMetrics.Processor(from: before ?? after, to: after), decodeUsPerMessage: decoding,
            decodeUsPerBody: decoding.map { $0 / Double(min(people, crowd.share)) },
            inferenceMsPerWindow: health.inference.meanMilliseconds, startMs: (online - launched) * 1000,
            stopMs: stops ? try stop(people: people) : nil)
    }

    /// Lets `sustained` people walk, then twice as many for `seconds`, then half as many, and sees how gaitd comes back.
    func overload(sustained: Int, seconds: Double) throws -> LoadOverload {
        _ = try client.waitForDaemon(daemon)
        try client.walk(people: sustained, seconds: Self.warmUp)
        let begin = try client.walk(people: 2 * sustained, seconds: Self.warmUp + seconds)
        let fallen = try client.walk(people: max(sustained / 2, 1), seconds: 6)
        let health = try client.waitForHealth()
        let end = Arrival.monotonicSeconds()
        let samples = client.samples()
        let counted = samples.filter { (begin + Self.warmUp..<fallen).contains($0.published) }
        // Health counts the losses without their times: the first message that has all of them is the latest possible.
        let lost = health.lossCount
        let firstFull = client.healths.first { $0.message.lossCount == lost }?.arrived
        let losing = lost > 0 ? max((firstFull ?? end) - fallen, 0) : 0
        return LoadOverload(
            people: 2 * sustained, seconds: seconds,
            classifiedShare: Double(counted.count)
                / (Double(2 * sustained) / LoadBench.classifyEvery * seconds),
            postponed: health.inference.postponed, dropped: losses(health),
            rssMb: ProcessUsage.largestResidentMegabytes(of: daemon),
            recoveryS: LoadLatency.recovery(samples, from: fallen, to: end).map { max($0, losing) },
            peopleAfter: max(sustained / 2, 1))
    }

    /// The losses by reason, with messages that never reached gaitd, which it cannot count.
    func losses(_ health: HealthMessage) -> [String: Int] {
        var dropped = health.losses
        let lost = client.published - health.accepted - health.lossCount
        if lost > 0 { dropped["lost_on_the_way"] = lost }
        return dropped.filter { $0.value > 0 }
    }

    /// Ends gaitd while people walk.
    ///
    /// - Returns: milliseconds from SIGTERM to the end of the process.
    private func stop(people: Int) throws -> Double {
        var asked: Double?
        var ended: Double?
        try client.walk(people: people, seconds: 12) { elapsed in
            if asked == nil, elapsed >= 2 {
                asked = Arrival.monotonicSeconds()
                kill(daemon, SIGTERM)
            }
            if asked != nil, !ProcessUsage.isRunning(daemon) {
                ended = Arrival.monotonicSeconds()
            }
            return ended != nil
        }
        guard let asked, let ended else {
            throw CommandFailure.failure("gaitd did not end within 10 s of SIGTERM under \(people) people")
        }
        try client.take(until: Arrival.monotonicSeconds() + 0.1)
        guard client.states.last?.state == .stopped else {
            throw CommandFailure.failure("gaitd exited without publishing `stopped` under \(people) people")
        }
        return (ended - asked) * 1000
    }

    /// The moment, then the processor seconds that gaitd, the broker, this process and all others have used.
    private func usage() -> [Double] {
        let own = [daemon, broker, getpid()].map(ProcessUsage.processorSeconds)
        let others = ProcessUsage.allProcessorSeconds() - own.reduce(0, +)
        return [Arrival.monotonicSeconds()] + own + [others]
    }
}

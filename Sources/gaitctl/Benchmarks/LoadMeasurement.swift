import Foundation
import Messaging

/// A broker, and a fresh daemon for every number of people.
struct LoadBench: Sendable {
    /// The largest number of people, so that twice as many stay below `pipeline.max_people`.
    static let most = 512
    /// `pipeline.classify_every` of the benchmark's daemon, seconds.
    static let classifyEvery = 0.5
    /// Further lines of the daemon's configuration.
    static let settings = """
        health:
          interval: 0.5
        pipeline:
          max_people: \(2 * most)
          classify_every: \(classifyEvery)
        """
    /// Seconds for which a number of people is tried.
    private static let probe = 5.0

    private let bench: TestBench
    private let port: Int
    private let broker: pid_t
    private let topics: Topics
    private let crowd: LoadCrowd

    /// Runs `body` with a private broker; all processes have ended when this returns.
    ///
    /// - Parameters:
    ///   - model: the model to serve; nil for the default one.
    ///   - settings: still further lines of the daemon's configuration.
    static func run<Value: Sendable>(
        model: String?, settings: String = "", crowd: LoadCrowd,
        _ body: @escaping @Sendable (LoadBench) async throws -> Value
    ) async throws -> Value {
        let bench = try TestBench(model: model, settings: "\(Self.settings)\n\(settings)")
        defer { bench.remove() }
        let topics = try Topics(node: "bench")
        return try await bench.withBroker { port, broker in
            try await body(LoadBench(bench: bench, port: port, broker: broker, topics: topics, crowd: crowd))
        }
    }

    /// Runs `work` on its own thread with a freshly started daemon.
    func withDaemon<Value: Sendable>(
        _ work: @escaping @Sendable (LoadMeasurement) throws -> Value
    ) async throws -> Value {
        let connection = try await bench.onThread { [port, topics] in
            try LoadClient.connect(port: port, topics: topics)
        }
        return try await bench.withDaemon { [topics, crowd, broker] daemon in
            let client = LoadClient(connection, topics: topics, crowd: crowd)
            return try work(LoadMeasurement(client: client, daemon: daemon, broker: broker, crowd: crowd))
        }
    }

    /// Measures one number of people, see ``LoadMeasurement/measure(people:seconds:warmUp:stops:)``.
    func measure(
        people: Int, seconds: Double, warmUp: Double = LoadMeasurement.warmUp, stops: Bool
    ) async throws -> LoadMetrics {
        try await withDaemon {
            try $0.measure(people: people, seconds: seconds, warmUp: warmUp, stops: stops)
        }
    }

    /// The largest number of people that gaitd carries, found by short probes: doubling, then halving the interval.
    ///
    /// - Parameter tell: called with the metrics of each probe.
    func largestCarried(_ tell: (LoadMetrics) -> Void) async throws -> Int {
        try await Self.search(limit: Self.most) { people in
            let metrics = try await measure(people: people, seconds: Self.probe, stops: false)
            tell(metrics)
            return metrics.isSustained
        }
    }

    /// The largest number that is sustained, within a twentieth; 0 if none is.
    ///
    /// - Parameters:
    ///   - first: the number to try first.
    ///   - limit: the largest number to try.
    ///   - isSustained: tries a number.
    static func search(
        from first: Int = 64, limit: Int, _ isSustained: (Int) async throws -> Bool
    ) async rethrows -> Int {
        var (sustained, candidate, refused) = (0, min(first, limit), limit + 1)
        while refused - sustained > max(sustained / 20, 1) {
            if try await isSustained(candidate) { sustained = candidate } else { refused = candidate }
            candidate = refused > limit ? min(max(sustained, 1) * 2, limit) : (sustained + refused) / 2
            if sustained == limit { break }
        }
        return sustained
    }
}

/// Puts a number of people before a daemon that was just started. Blocks its thread.
struct LoadMeasurement {
    /// Seconds in which windows fill before anything is counted.
    static let warmUp = 4.0

    let client: LoadClient
    let daemon: TestBench.RunningDaemon
    let broker: pid_t
    let crowd: LoadCrowd

    /// Measures one number of people. Each person's first classification is left out.
    ///
    /// - Parameter stops: whether to stop gaitd afterward while people walk, and measure how long that takes.
    /// - Throws: `CommandFailure` if gaitd does not start or keep running, or after Ctrl-C.
    func measure(people: Int, seconds: Double, warmUp: Double, stops: Bool) throws -> LoadMetrics {
        let online = try client.waitForDaemon(daemon.identifier)
        var before: Usage?
        let start = try client.walk(people: people, seconds: warmUp + seconds) { elapsed in
            if before == nil, elapsed >= warmUp { before = usage() }
            return false
        }
        let after = usage()
        let health = try client.waitForHealth()
        let resident = ProcessUsage.largestResidentMegabytes(of: daemon.identifier)
        guard ProcessUsage.isRunning(daemon.identifier) else {
            throw CommandFailure.failure("gaitd ended under \(people) people")
        }
        let (published, dropped) = (client.published, losses(health))
        let counted = start + warmUp..<start + warmUp + seconds
        let samples = client.samples().filter { !$0.isFirst && counted.contains($0.published) }
        return LoadMetrics(
            people: people, share: crowd.share, fps: crowd.rate, seconds: seconds, samples: samples,
            published: published, health: health, dropped: dropped, residentMegabytes: resident,
            processor: after.processor(since: before ?? after), start: (online - daemon.launched) * 1000,
            stop: stops ? try stop(people: people) : nil)
    }

    /// Lets `sustained` people walk, then twice as many for `seconds`, then half as many, and sees how gaitd comes back.
    func overload(sustained: Int, seconds: Double) throws -> LoadOverload {
        _ = try client.waitForDaemon(daemon.identifier)
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
            classified: Double(counted.count) / (Double(2 * sustained) / LoadBench.classifyEvery * seconds),
            postponed: health.inference.postponed, dropped: losses(health),
            residentMegabytes: ProcessUsage.largestResidentMegabytes(of: daemon.identifier),
            recovery: LoadLatency.recovery(samples, from: fallen, to: end).map { max($0, losing) },
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
                kill(daemon.identifier, SIGTERM)
            }
            if asked != nil, !ProcessUsage.isRunning(daemon.identifier) {
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

    private func usage() -> Usage {
        Usage(
            moment: Arrival.monotonicSeconds(),
            daemon: ProcessUsage.processorSeconds(of: daemon.identifier),
            broker: ProcessUsage.processorSeconds(of: broker),
            simulator: ProcessUsage.processorSeconds(of: getpid()), all: ProcessUsage.allProcessorSeconds())
    }

    /// Processor seconds at a moment.
    private struct Usage {
        let moment: Double
        let daemon: Double
        let broker: Double
        let simulator: Double
        let all: Double

        func processor(since before: Usage) -> LoadMetrics.Processor {
            let seconds = max(moment - before.moment, 1e-3)
            let own = daemon + broker + simulator - before.daemon - before.broker - before.simulator
            return LoadMetrics.Processor(
                daemon: (daemon - before.daemon) / seconds, broker: (broker - before.broker) / seconds,
                simulator: (simulator - before.simulator) / seconds,
                elsewhere: max(all - before.all - own, 0) / seconds)
        }
    }
}

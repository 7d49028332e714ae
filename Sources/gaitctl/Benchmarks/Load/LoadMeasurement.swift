import Foundation
import Messaging

/// Puts a number of people before a daemon that has just been started. Blocks its thread.
struct LoadMeasurement {
    /// Seconds in which windows fill before anything is counted.
    static let warmUp = 4.0
    /// `pipeline.classify_every` of the benchmark's daemon, seconds.
    static let classifyEvery = 0.5

    let client: LoadClient
    let daemon: TestBench.RunningDaemon
    let broker: pid_t
    let rate: Double
    /// People that one robot sees.
    let share: Int

    /// Measures one number of people.
    ///
    /// - Parameter stops: whether gaitd is then ended while the people walk on, and the time of that taken.
    /// - Throws: `CommandFailure` where gaitd does not come up or stay, or Ctrl-C came.
    func measure(people: Int, seconds: Double, stops: Bool) throws -> LoadMetrics {
        let online = try client.waitForDaemon(daemon.identifier)
        var before: Usage?
        let start = try client.walk(people: people, seconds: Self.warmUp + seconds) { elapsed in
            if before == nil, elapsed >= Self.warmUp { before = usage() }
            return false
        }
        let after = usage()
        try client.waitForHealth(within: 5)
        let resident = ProcessUsage.largestResidentMegabytes(of: daemon.identifier)
        guard ProcessUsage.isRunning(daemon.identifier), let last = client.healths.last else {
            throw CommandFailure.failure("gaitd ended, or said nothing of its health, under \(people) people")
        }
        let counts = last.counts
        let (published, dropped) = (client.published, losses(counts))
        let samples = client.samples().filter {
            $0.published >= start + Self.warmUp && $0.published < start + Self.warmUp + seconds
        }
        return LoadMetrics(
            people: people, robots: (people + share - 1) / share, fps: rate, seconds: seconds,
            published: published, accepted: counts.accepted, dropped: dropped,
            expected: Int(Double(people) / Self.classifyEvery * seconds), seen: samples.count,
            postponed: counts.postponed, latency: LoadLatency(samples), residentMegabytes: resident,
            processor: after.processor(since: before ?? after), decodingPerMessage: counts.decoding,
            decodingPerBody: counts.decoding.map { $0 / Double(min(people, share)) },
            inferencePerWindow: counts.inference, start: (online - daemon.launched) * 1000,
            stop: stops ? try stop(people: people) : nil)
    }

    /// What was lost, with what never reached gaitd and is in no counter of its own.
    func losses(_ counts: LoadCounts) -> [String: Int] {
        var dropped = counts.dropped
        let lost = client.published - counts.accepted - counts.droppedCount
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
        client.take(until: Arrival.monotonicSeconds() + 0.1)
        guard client.states.last?.state == .stopped else {
            throw CommandFailure.failure("gaitd ended without saying `stopped` under \(people) people")
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

import Foundation
import Messaging

/// Lets people walk before a daemon minute by minute. Blocks its thread.
struct SoakMeasurement {
    let load: LoadMeasurement
    let progress: ProgressReporter

    /// Seconds at the end of a minute in which everybody leaves: more than `pipeline.person_timeout`.
    private static let pause = 4.0
    private static let walking = 60 - pause

    /// - Parameters:
    ///   - warmUp: the minutes that do not count.
    /// - Throws: `CommandFailure` where gaitd does not come up or stay, or Ctrl-C came.
    func measure(people: Int, minutes: Int, warmUp: Int) throws -> SoakReport {
        let (client, process) = (load.client, load.daemon.identifier)
        _ = try client.waitForDaemon(process)
        let began = Arrival.monotonicSeconds()
        var samples: [SoakSample] = []
        for minute in 1...minutes {
            var sample: SoakSample?
            try client.walk(people: people, seconds: Self.walking) { elapsed in
                // While the people are still there.
                if sample == nil, elapsed > Self.walking - 0.5 {
                    sample = Self.sample(process, hour: (Arrival.monotonicSeconds() - began) / 3600)
                }
                return false
            }
            guard ProcessUsage.isRunning(process), var sample else {
                throw CommandFailure.failure("gaitd ended in minute \(minute)")
            }
            let latencies = LoadLatency(client.samples())
            sample.latency = latencies.p99
            samples.append(sample)
            client.forgetSamples()
            progress.note("soak: minute \(minute): \(sample.summary)")
            client.take(until: Arrival.monotonicSeconds() + Self.pause)
        }
        try client.waitForHealth(within: 5)
        let counts = client.healths.last?.counts ?? LoadCounts()
        return SoakReport(
            people: people, fps: load.rate, warmUp: warmUp, samples: samples, published: client.published,
            dropped: load.losses(counts), postponed: counts.postponed)
    }

    private static func sample(_ process: pid_t, hour: Double) -> SoakSample {
        SoakSample(
            hour: hour, residentMegabytes: ProcessUsage.residentMegabytes(of: process),
            descriptors: ProcessUsage.descriptors(of: process))
    }
}

extension LoadBench {
    /// Lets people walk for long, see ``SoakMeasurement``.
    func soak(
        people: Int, minutes: Int, warmUp: Int, progress: ProgressReporter
    ) async throws -> SoakReport {
        try await withDaemon {
            try SoakMeasurement(load: $0, progress: progress).measure(
                people: people, minutes: minutes, warmUp: warmUp)
        }
    }
}

import ArgumentParser
import Foundation
import Gait
import Messaging

/// `gaitctl benchmark soak`: whether gaitd's memory and descriptors grow.
struct SoakBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "soak",
        abstract: "Let people walk for a long time, and check whether gaitd's memory and descriptors grow.",
        discussion: """
            Starts mosquitto on a free loopback port and the gaitd that lies beside this program, with a store, so that \
            it keeps poses for labels. Simulated people walk a minute at a time; between two minutes all of them leave \
            and come back. Memory and descriptors are read at the end of every minute, when they have grown with the \
            number of people. Growth is the median of the slopes between any two minutes after the warm-up, in which \
            the two minutes of kept poses fill up.

            Without --people half of the largest number walks that `benchmark load` would find with probes of 5 s.
            `steady` means that memory grows by less than 2 MB an hour and that no descriptor was left open.

            Examples:
              gaitctl benchmark soak --people 150 --minutes 10
              gaitctl benchmark soak --minutes 60 --json
            """)

    @OptionGroup var crowd: CrowdOptions

    @Option(help: "How long, 5 or more.")
    var minutes = 10

    @Option(help: "How many of these are the warm-up.")
    var warmUp = 3

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (5...10_000).contains(minutes), (0...minutes - 3).contains(warmUp) else {
            throw ValidationError("--minutes is 5 to 10000, and --warm-up leaves at least three of them.")
        }
    }

    func run() async throws {
        let report = try await LoadBench.run(
            model: crowd.served.model, settings: "store:\n  path: gaits.sqlite\n  min_free_mb: 1\n",
            crowd: crowd.crowd
        ) { bench in
            let progress = ProgressReporter()
            defer { progress.finish() }
            var people = crowd.people ?? 0
            if people == 0 {
                people = max(
                    try await bench.largestCarried { progress.note("soak: \(ReportText.line($0))") } / 2, 1)
            }
            progress.note("soak: \(people) people walk for \(minutes) minutes")
            return try await bench.withDaemon { [people, minutes, warmUp] in
                try $0.soak(people: people, minutes: minutes, warmUp: warmUp, progress: progress)
            }
        }
        try output.emit(report)
    }
}

extension LoadMeasurement {
    /// Seconds at the end of a minute during which everyone leaves: more than `pipeline.person_timeout`.
    private static let pause = 4.0
    private static let walking = 60 - pause

    /// Lets people walk minute by minute.
    ///
    /// - Parameter warmUp: the minutes that do not count.
    /// - Throws: `CommandFailure` if gaitd does not start or keep running, or after Ctrl-C.
    fileprivate func soak(
        people: Int, minutes: Int, warmUp: Int, progress: ProgressReporter
    ) throws -> SoakReport {
        let process = daemon.identifier
        _ = try client.waitForDaemon(process)
        let began = Arrival.monotonicSeconds()
        var samples: [SoakSample] = []
        for minute in 1...minutes {
            var sample: SoakSample?
            try client.walk(people: people, seconds: Self.walking) { elapsed in
                // While the people are still there.
                if sample == nil, elapsed > Self.walking - 0.5 {
                    sample = SoakSample(
                        hour: (Arrival.monotonicSeconds() - began) / 3600,
                        residentMegabytes: ProcessUsage.residentMegabytes(of: process),
                        descriptors: ProcessUsage.descriptors(of: process))
                }
                return false
            }
            guard ProcessUsage.isRunning(process), var sample else {
                throw CommandFailure.failure("gaitd ended in minute \(minute)")
            }
            sample.latency = LoadLatency(client.samples()).p99
            samples.append(sample)
            client.forgetSamples()
            progress.note("soak: minute \(minute): \(ReportText.line(sample))")
            try client.take(until: Arrival.monotonicSeconds() + Self.pause)
        }
        let health = try client.waitForHealth()
        return SoakReport(
            people: people, fps: crowd.rate, warmUp: warmUp, samples: samples, published: client.published,
            dropped: losses(health), postponed: health.inference.postponed)
    }
}

/// What a daemon held at a moment of a soak.
struct SoakSample: Encodable, Sendable {
    /// Hours since the first person walked.
    let hour: Double
    let residentMegabytes: Double
    /// Open files, sockets and pipes.
    let descriptors: Int
    /// Milliseconds within which 99 of 100 of the minute's emotions arrived.
    var latency = 0.0

    enum CodingKeys: String, CodingKey {
        case hour
        case residentMegabytes = "rss_mb"
        case descriptors
        case latency = "p99_ms"
    }
}

/// The result of `gaitctl benchmark soak`.
struct SoakReport: Encodable, Sendable {
    /// Megabytes an hour below which memory counts as steady.
    private static let mostGrowth = 2.0

    /// Whether memory and descriptors stayed as they were.
    let isSteady: Bool
    /// Megabytes an hour: the median of the slopes between any two samples that count (Theil and Sen), which a single
    /// step of the allocator does not move.
    let growth: Double
    /// How many more descriptors were open at the end than at the end of the warm-up.
    let descriptorGrowth: Int
    let people: Int
    let fps: Double
    /// Samples at the beginning that do not count.
    let warmUp: Int
    let published: Int
    /// Messages and poses that were lost, by reason.
    let dropped: [String: Int]
    let postponed: Int
    /// One a minute.
    let samples: [SoakSample]

    enum CodingKeys: String, CodingKey {
        case isSteady = "steady"
        case growth = "growth_mb_per_hour"
        case descriptorGrowth = "descriptor_growth"
        case people, fps
        case warmUp = "warm_up_minutes"
        case published = "messages_published"
        case dropped, postponed, samples
    }

    init(
        people: Int, fps: Double, warmUp: Int, samples: [SoakSample], published: Int, dropped: [String: Int],
        postponed: Int
    ) {
        (self.people, self.fps, self.warmUp, self.samples) = (people, fps, warmUp, samples)
        (self.published, self.dropped, self.postponed) = (published, dropped, postponed)
        let counted = Array(samples.dropFirst(warmUp))
        let slopes = counted.indices.flatMap { later in
            counted[..<later].filter { $0.hour < counted[later].hour }.map { earlier in
                (counted[later].residentMegabytes - earlier.residentMegabytes)
                    / (counted[later].hour - earlier.hour)
            }
        }
        growth = Sample.median(slopes)
        descriptorGrowth = (counted.last?.descriptors ?? 0) - (counted.first?.descriptors ?? 0)
        isSteady = growth < Self.mostGrowth && descriptorGrowth <= 0
    }
}

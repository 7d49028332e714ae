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
        try checkRange("--minutes", minutes, 5...10_000)
        try require((0...minutes - 3).contains(warmUp), "--warm-up leaves at least three minutes.")
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
    ) throws -> Joined<SoakGrowth, SoakReport> {
        _ = try client.waitForDaemon(daemon)
        let began = Arrival.monotonicSeconds()
        var samples: [SoakSample] = []
        for minute in 1...minutes {
            var sample: SoakSample?
            try client.walk(people: people, seconds: Self.walking) { elapsed in
                // While the people are still there.
                if sample == nil, elapsed > Self.walking - 0.5 {
                    sample = SoakSample(
                        hour: (Arrival.monotonicSeconds() - began) / 3600,
                        rssMb: ProcessUsage.residentMegabytes(of: daemon),
                        descriptors: ProcessUsage.descriptors(of: daemon))
                }
                return false
            }
            guard ProcessUsage.isRunning(daemon), var sample else {
                throw CommandFailure.failure("gaitd ended in minute \(minute)")
            }
            sample.p99Ms = LoadLatency(client.samples()).p99Ms
            samples.append(sample)
            client.forgetSamples()
            progress.note("soak: minute \(minute): \(ReportText.line(sample))")
            try client.take(until: Arrival.monotonicSeconds() + Self.pause)
        }
        let health = try client.waitForHealth()
        let report = SoakReport(
            people: people, fps: crowd.rate, warmUpMinutes: warmUp, messagesPublished: client.published,
            dropped: losses(health), postponed: health.inference.postponed, samples: samples)
        return Joined(SoakGrowth(samples.dropFirst(warmUp)), report)
    }
}

/// What a daemon held at a moment of a soak.
struct SoakSample: Encodable, Sendable {
    /// Hours since the first person walked.
    let hour: Double
    let rssMb: Double
    /// Open files, sockets and pipes.
    let descriptors: Int
    /// Within which 99 of 100 of the minute's emotions arrived.
    var p99Ms = 0.0
}

/// Whether a daemon held more and more.
struct SoakGrowth: Encodable, Sendable {
    /// Megabytes an hour below which memory counts as steady.
    private static let most = 2.0

    /// Whether memory and descriptors stayed as they were.
    let steady: Bool
    /// The median of the slopes between any two samples (Theil and Sen), which a single step of the allocator does not
    /// move.
    let growthMbPerHour: Double
    /// How many more descriptors were open at the end than at the end of the warm-up.
    let descriptorGrowth: Int

    /// - Parameter samples: those after the warm-up.
    init(_ samples: ArraySlice<SoakSample>) {
        let slopes = samples.indices.flatMap { later in
            samples[..<later].filter { $0.hour < samples[later].hour }.map { earlier in
                (samples[later].rssMb - earlier.rssMb) / (samples[later].hour - earlier.hour)
            }
        }
        growthMbPerHour = Sample.median(slopes)
        descriptorGrowth = (samples.last?.descriptors ?? 0) - (samples.first?.descriptors ?? 0)
        steady = growthMbPerHour < Self.most && descriptorGrowth <= 0
    }
}

/// The result of `gaitctl benchmark soak`, beside the growth.
struct SoakReport: Encodable, Sendable {
    let people: Int
    let fps: Double
    /// Samples at the beginning that do not count.
    let warmUpMinutes: Int
    let messagesPublished: Int
    /// Messages and poses that were lost, by reason.
    let dropped: [String: Int]
    let postponed: Int
    /// One a minute.
    let samples: [SoakSample]
}

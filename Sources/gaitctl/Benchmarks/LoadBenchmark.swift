import ArgumentParser
import Gait

/// The options of benchmarks that let a crowd walk before robots.
struct CrowdOptions: ParsableArguments {
    @Option(
        help: "Number of people. Default: the largest that gaitd can handle, searched first.")
    var people: Int?

    @Option(help: "People seen by one robot.")
    var perRobot = 25

    @Option(help: "Frames per second of each robot.")
    var fps = 30.0

    @OptionGroup var sent: SentSkeletonOptions
    @OptionGroup var served: ServedModelOptions

    func validate() throws {
        if let people { try checkRange("--people", people, 1...LoadBench.most) }
        try checkRange("--per-robot", perRobot, 16...64)
        try checkRange("--fps", fps, 5...120)
    }

    var crowd: LoadCrowd { LoadCrowd(rate: fps, share: perRobot, origin: sent.origin) }
}

/// The option of what simulated robots send.
struct SentSkeletonOptions: ParsableArguments {
    @Option(help: "What robots send: skeletons in the world, or the keypoints of an image.")
    var origin = CoordinateOrigin.world

    func validate() throws {
        try require(origin != .root, "--origin is world or image.")
    }
}

/// The option of benchmarks that start a daemon.
struct ServedModelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The model that gaitd serves. Default: the configuration's beside the program's sources.",
            valueName: "file"))
    var model: String?
}

/// `gaitctl benchmark load`: how many people gaitd can handle.
struct LoadBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Find out how many people gaitd can handle, or measure a given number.",
        discussion: """
            Starts mosquitto on a free loopback port and, for each number of people, the gaitd that lies beside this \
            program. Simulated robots, each with a phase of its own, publish the people that they see. gaitd carries a \
            number of people (`sustained`) if no message is lost, at least 95 of 100 classifications come, and 99 of \
            100 of these arrive within 100 ms of their frame's publication. Without --people the largest such number is \
            searched with probes of 5 s, and then confirmed over --seconds.

            Also measures the time from the start of gaitd's process to `online`, and from SIGTERM, while people walk, \
            to its end. With --overload twice as many people walk, then half as many, until nothing is lost and \
            latencies are in bounds again.

            Simulator, broker and daemon share the cores. To measure fewer cores than the machine has:
              taskset -c 0,1 gaitctl benchmark load

            Examples:
              gaitctl benchmark load --people 150 --seconds 30
              gaitctl benchmark load --fps 30 --seconds 60 --overload --json
            """)

    @OptionGroup var crowd: CrowdOptions

    @Option(help: "How long to measure.")
    var seconds = 60.0

    @Flag(help: "Also measure an overload of twice as many people, and the recovery.")
    var overload = false

    @OptionGroup var output: OutputOptions

    func validate() throws { try checkRange("--seconds", seconds, 1...3600) }

    func run() async throws {
        let report = try await LoadBench.run(model: crowd.served.model, crowd: crowd.crowd) { bench in
            let progress = ProgressReporter()
            defer { progress.finish() }
            var metrics = try await metrics(bench, progress)
            guard overload else { return metrics }
            let (sustained, seconds) = (metrics.people, min(seconds, 10))
            progress.note("load: \(2 * sustained) people walk, then \(sustained / 2)")
            metrics.overload = try await bench.withDaemon {
                try $0.overload(sustained: sustained, seconds: seconds)
            }
            return metrics
        }
        try output.emit(report)
    }

    /// The metrics for the given number of people, or for the largest that gaitd can handle; if there is none, for
    /// the last attempt.
    private func metrics(_ bench: LoadBench, _ progress: ProgressReporter) async throws -> LoadMetrics {
        var candidate: Int
        if let people = crowd.people {
            candidate = people
        } else {
            candidate = max(
                try await bench.largestCarried { progress.note("load: \(ReportText.line($0))") }, 1)
        }
        while true {
            progress.note("load: \(candidate) people walk for \(TextFormat.number(seconds)) s")
            let metrics = try await bench.measure(people: candidate, seconds: seconds, stops: true)
            if crowd.people != nil || metrics.sustained || candidate == 1 { return metrics }
            progress.note("load: \(ReportText.line(metrics))")
            candidate = min(candidate * 9 / 10, candidate - 1)
        }
    }
}

/// `gaitctl benchmark latency`: a load of a few people, from the first frame on.
struct LatencyBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "latency",
        abstract:
            "Measure the latency from a published frame to its emotion, with a private broker and gaitd.",
        discussion: """
            The measurement of `benchmark load` with a few people: from a frame's publication to the arrival of each \
            emotion with that frame's stamp. Each person's first emotion is left out.

            Examples:
              gaitctl benchmark latency --people 20 --fps 30 --seconds 30 --json
              gaitctl benchmark latency --people 20 --origin image --json
            """)

    @Option(help: "People in view.")
    var people = 20

    @Option(help: "Number of robots that see them.")
    var robots = 1

    @Option(help: "Frames per second of each robot.")
    var fps = 30.0

    @Option(help: "How long to measure.")
    var seconds = 30.0

    @OptionGroup var sent: SentSkeletonOptions
    @OptionGroup var served: ServedModelOptions

    @OptionGroup var output: OutputOptions

    func validate() throws {
        try checkRange("--people", people, 1...64)
        try checkRange("--robots", robots, 1...32)
        try checkRange("--fps", fps, 5...120)
        try checkRange("--seconds", seconds, 4...3600)
    }

    func run() async throws {
        let crowd = LoadCrowd(
            rate: fps, share: (people + robots - 1) / robots, leastRobots: robots, origin: sent.origin)
        let metrics = try await LoadBench.run(model: served.model, crowd: crowd) { [people, seconds] bench in
            ProgressReporter().note("latency: \(people) people walk for \(TextFormat.number(seconds)) s")
            return try await bench.measure(people: people, seconds: seconds, warmUp: 0, stops: false)
        }
        guard metrics.classificationsSeen > 0 else {
            throw CommandFailure.failure("no emotion came back from gaitd")
        }
        let report: [String: Double] = [
            "people": Double(people), "fps": fps, "seconds": seconds,
            "frames": (seconds * fps).rounded(.down),
            "emotions": Double(metrics.classificationsSeen),
            "messages_accepted": Double(metrics.messagesAccepted), "p50_ms": metrics.p50Ms,
            "p95_ms": metrics.p95Ms, "p99_ms": metrics.p99Ms, "max_ms": metrics.maxMs,
            "rss_mb": metrics.rssMb,
        ]
        try output.emit(report)
    }
}

import ArgumentParser
import Foundation

/// `gaitctl benchmark load`: how many people gaitd carries.
struct LoadBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Find how many people a daemon of its own carries, or measure a number of them.",
        discussion: """
            Starts mosquitto on a free loopback port and, for each number of people, the gaitd that lies beside this \
            program. Simulated robots, each with a phase of its own, publish what they see. A number is sustained where \
            no message is lost, at least 95 of 100 classifications come, and 99 of 100 of these arrive within 100 ms of \
            their frame's publication. Without --people the largest such number is searched with probes of 5 s, and then \
            confirmed over --seconds.

            Also measured: from the start of gaitd's process to `online`, and from SIGTERM, while people walk, to its \
            end. With --overload twice as many people walk, then half as many, and the time is taken until nothing is \
            lost and latencies are in bounds again.

            Simulator, broker and daemon share the cores. On a machine with more of them than you want to know about:
              taskset -c 0,1 gaitctl benchmark load

            Examples:
              gaitctl benchmark load --people 150 --seconds 30
              gaitctl benchmark load --fps 30 --seconds 60 --overload --json
            """)

    @OptionGroup var crowd: CrowdOptions

    @Option(help: "How long to measure.")
    var seconds = 60.0

    @Flag(help: "Also let twice as many people walk, and see how gaitd comes back.")
    var overload = false

    @OptionGroup var output: OutputOptions

    /// The largest number of people, so that twice as many stay below `pipeline.max_people`.
    static let most = 512
    /// What the daemon's configuration has besides.
    static let settings = """
        health:
          interval: 0.5
        pipeline:
          max_people: \(2 * most)
          classify_every: \(LoadMeasurement.classifyEvery)
        """

    func validate() throws {
        guard (1...3600).contains(seconds) else { throw ValidationError("--seconds is 1 to 3600.") }
    }

    func run() async throws {
        let bench = try TestBench(model: crowd.served.model, settings: Self.settings)
        defer { bench.remove() }
        let report = try await bench.withBroker { port, broker -> LoadReport in
            try await self.report(
                LoadBench(bench: bench, port: port, broker: broker, crowd: crowd))
        }
        try output.emit(report) { report.text }
    }

    private func report(_ bench: LoadBench) async throws -> LoadReport {
        let progress = ProgressReporter()
        defer { progress.finish() }
        var figures: LoadMetrics
        if let people = crowd.people {
            progress.note("load: \(people) people walk for \(seconds) s")
            figures = try await bench.measure(people: people, seconds: seconds, stops: true)
        } else {
            figures = try await search(bench, progress)
        }
        guard overload else { return LoadReport(figures: figures, overload: nil) }
        progress.note("load: \(2 * figures.people) people walk, then \(figures.people / 2)")
        let overload = try await bench.overload(carried: figures.people, seconds: min(seconds, 10))
        return LoadReport(figures: figures, overload: overload)
    }

    /// The figures of the largest number that is sustained; those of the last one tried where none is.
    private func search(_ bench: LoadBench, _ progress: ProgressReporter) async throws -> LoadMetrics {
        var candidate = try await bench.largestCarried { progress.note("load: \($0.summary)") }
        while true {
            candidate = max(candidate, 1)
            progress.note("load: \(candidate) people walk for \(seconds) s")
            let figures = try await bench.measure(people: candidate, seconds: seconds, stops: true)
            progress.note("load: \(figures.summary)")
            if figures.isCarried || candidate == 1 { return figures }
            candidate = min(candidate * 9 / 10, candidate - 1)
        }
    }
}

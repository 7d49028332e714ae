import ArgumentParser
import Foundation

/// `gaitctl benchmark soak`: whether gaitd stays as large as it is.
struct SoakBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "soak",
        abstract: "Let people walk for long, and see whether the daemon's memory and descriptors grow.",
        discussion: """
            Starts mosquitto on a free loopback port and the gaitd that lies beside this program, with a store, so that it \
            keeps what labels may be asked for. Simulated people walk a minute at a time; between two minutes all of them \
            leave and come back. Memory and descriptors are read at the end of every minute, as everything that grows with \
            people has then grown. Growth is the median of the slopes between any two minutes after the warm-up, in which \
            the two minutes of poses that are kept fill up.

            Without --people half of the largest number is taken that `benchmark load` would find with probes of 5 s.
            `steady` says that memory grows by less than 2 MB an hour and that no descriptor was left open.

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
            throw ValidationError("--minutes is 5 to 10000, and --warm-up leaves three of them at least.")
        }
    }

    func run() async throws {
        let bench = try TestBench(
            model: crowd.served.model,
            settings: LoadBenchmark.settings + "\nstore:\n  path: gaits.sqlite\n  min_free_mb: 1\n")
        defer { bench.remove() }
        let report = try await bench.withBroker { port, broker -> SoakReport in
            let load = LoadBench(bench: bench, port: port, broker: broker, crowd: crowd)
            let progress = ProgressReporter()
            defer { progress.finish() }
            let people = try await numberOfPeople(load, progress)
            progress.note("soak: \(people) people walk for \(minutes) minutes")
            return try await load.soak(people: people, minutes: minutes, warmUp: warmUp, progress: progress)
        }
        try output.emit(report) { report.text }
    }

    private func numberOfPeople(_ load: LoadBench, _ progress: ProgressReporter) async throws -> Int {
        if let people = crowd.people { return people }
        return max(try await load.largestCarried { progress.note("soak: \($0.summary)") } / 2, 1)
    }
}

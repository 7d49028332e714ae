import ArgumentParser
import Foundation
import GaitModels

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

    @Option(help: "People who walk. Default: half of what is carried.")
    var people: Int?

    @Option(help: "People that one robot sees.")
    var perRobot = 25

    @Option(help: "Frames per second of each robot.")
    var fps = 30.0

    @Option(help: "How long, 5 or more.")
    var minutes = 10

    @Option(help: "How many of these are the warm-up.")
    var warmUp = 3

    @Option(
        help: ArgumentHelp(
            "The model that gaitd serves. Default: the configuration's beside the program's sources.",
            valueName: "file"))
    var model: String?

    @OptionGroup var output: OutputOptions

    /// Seconds of a probe.
    private static let probe = 5.0

    func validate() throws {
        guard people.map({ (1...LoadBenchmark.most).contains($0) }) ?? true, (16...64).contains(perRobot),
            (5...120).contains(fps)
        else {
            throw ValidationError(
                "--people is 1 to \(LoadBenchmark.most), --per-robot 16 to 64, --fps 5 to 120.")
        }
        guard (5...10_000).contains(minutes), (0...minutes - 3).contains(warmUp) else {
            throw ValidationError("--minutes is 5 to 10000, and --warm-up leaves three of them at least.")
        }
    }

    func run() async throws {
        let bench = try TestBench(
            model: model,
            settings: LoadBenchmark.settings + "\nstore:\n  path: gaits.sqlite\n  min_free_mb: 1\n")
        defer { bench.remove() }
        // gaitd would refuse a bad model too, but where nobody reads why.
        _ = try EmotionClassifier(contentsOf: bench.model)
        let report = try await bench.withBroker { port, broker -> SoakReport in
            let load = LoadBench(bench: bench, port: port, broker: broker, rate: fps, share: perRobot)
            let progress = ProgressReporter()
            defer { progress.finish() }
            let people = try await numberOfPeople(load, progress)
            progress.note("soak: \(people) people walk for \(minutes) minutes")
            return try await load.soak(people: people, minutes: minutes, warmUp: warmUp, progress: progress)
        }
        try output.emit(report) { report.text }
    }

    private func numberOfPeople(_ load: LoadBench, _ progress: ProgressReporter) async throws -> Int {
        if let people { return people }
        let carried = try await LoadSearch(limit: LoadBenchmark.most).largest { people in
            let figures = try await load.measure(people: people, seconds: Self.probe, stops: false)
            progress.note("soak: \(figures.summary)")
            return figures.isCarried
        }
        return max(carried / 2, 1)
    }
}

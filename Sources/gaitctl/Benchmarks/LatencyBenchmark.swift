import ArgumentParser
import Foundation
import Messaging

/// `gaitctl benchmark latency`: from the publication of a frame to the emotion that it completes.
struct LatencyBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "latency",
        abstract: "Time the whole path with a broker and a daemon of its own: frame out to emotion back.",
        discussion: """
            Starts mosquitto on a free loopback port and the gaitd that lies beside this program, walks people before \
            simulated robots, one message per robot and frame, and takes the time from a frame's publication to the \
            arrival of each emotion with that frame's stamp; each person's first is left out. Both children end with it.

            Example:
              gaitctl benchmark latency --people 20 --fps 30 --seconds 30 --json
            """)

    @Option(help: "People in view.")
    var people = 20

    @Option(help: "Robots that see them.")
    var robots = 1

    @Option(help: "Frames per second of each robot.")
    var fps = 30.0

    @Option(help: "How long to measure.")
    var seconds = 30.0

    @OptionGroup var served: ServedModelOptions

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...64).contains(people), (1...32).contains(robots), (5...120).contains(fps),
            (4...3600).contains(seconds)
        else {
            throw ValidationError(
                "--people is 1 to 64, --robots 1 to 32, --fps 5 to 120, --seconds 4 to 3600.")
        }
    }

    func run() async throws {
        let bench = try TestBench(model: served.model)
        defer { bench.remove() }
        let report = try await bench.run { port, daemon in
            try LatencyMeasurement(port: port, daemon: daemon, people: people, robots: robots)
                .run(rate: fps, seconds: seconds)
        }
        try output.emit(report) { report.text }
    }
}

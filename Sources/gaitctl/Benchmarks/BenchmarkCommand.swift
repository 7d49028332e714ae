import ArgumentParser

/// `gaitctl benchmark`: how fast this machine is.
struct BenchmarkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmark",
        abstract:
            "Measure inference, a training step, latency, how many people are carried and how long, or cameras.",
        discussion: """
            Examples:
              gaitctl benchmark inference --weights config/models/step-default.safetensors
              gaitctl benchmark latency --people 20 --json
              gaitctl benchmark load --overload --json
              gaitctl benchmark camera --json
              gaitctl benchmark soak --minutes 60
            """,
        subcommands: [
            InferenceBenchmark.self, TrainStepBenchmark.self, LatencyBenchmark.self, LoadBenchmark.self,
            CameraBenchmark.self, SoakBenchmark.self,
        ])
}

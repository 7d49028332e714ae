import ArgumentParser

/// `gaitctl benchmark`: how fast this machine is.
struct BenchmarkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmark",
        abstract:
            "Measure inference, a training step, the latency of the whole path, or how many people it carries and how long.",
        discussion: """
            Examples:
              gaitctl benchmark inference --weights config/models/step-default.safetensors
              gaitctl benchmark latency --people 20 --json
              gaitctl benchmark load --overload --json
              gaitctl benchmark soak --minutes 60
            """,
        subcommands: [
            InferenceBenchmark.self, TrainStepBenchmark.self, LatencyBenchmark.self, LoadBenchmark.self,
            SoakBenchmark.self,
        ])
}

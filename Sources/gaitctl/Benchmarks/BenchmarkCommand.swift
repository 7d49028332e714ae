import ArgumentParser

/// `gaitctl benchmark`: how fast this machine is.
struct BenchmarkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmark",
        abstract: "Measure inference, a training step, or the latency of the whole path.",
        discussion: """
            Examples:
              gaitctl benchmark inference --weights config/models/step-default.safetensors
              gaitctl benchmark latency --people 20 --json
            """,
        subcommands: [InferenceBenchmark.self, TrainStepBenchmark.self, LatencyBenchmark.self])
}

import ArgumentParser
import Dispatch
import Gait

/// `gaitctl benchmark`: how fast this machine is.
struct BenchmarkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmark",
        abstract:
            "Measure inference, a training step, latency, load, long-term stability, or cameras.",
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

/// The harness of all benchmarks that time calls: a warm-up, then each call by itself, until Ctrl-C.
struct Timing: Encodable, Equatable {
    let medianMs: Double
    let p95Ms: Double

    /// The summary of a number of times in milliseconds.
    init(of times: [Double]) {
        medianMs = Sample.median(times)
        p95Ms = Sample.quantile(0.95, times)
    }

    /// Times calls.
    ///
    /// - Parameters:
    ///   - warmUp: calls that are not counted.
    ///   - calls: calls that are, at least 1.
    ///   - share: the number of items that one call handles; times are per item.
    /// - Throws: `CommandFailure.interrupted` after Ctrl-C.
    init(warmUp: Int, calls: Int, per share: Int = 1, _ work: () -> Void) throws(CommandFailure) {
        var times: [Double] = []
        for call in 0..<warmUp + max(calls, 1) {
            try Interruption.check()
            let start = DispatchTime.now().uptimeNanoseconds
            work()
            let time = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e6
            if call >= warmUp { times.append(time / Double(share)) }
        }
        self.init(of: times)
    }
}

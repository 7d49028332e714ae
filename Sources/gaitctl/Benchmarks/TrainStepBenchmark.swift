import ArgumentParser
import Foundation
import Gait
import GaitModels
import NeuralNetwork

/// `gaitctl benchmark train-step`: milliseconds for one step of training.
struct TrainStepBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train-step",
        abstract: "Time one training step: forward, backward and the optimiser, for a whole batch.",
        discussion: """
            By default the architecture of the released classifier: kernel 75, 716k parameters.

            Example:
              gaitctl benchmark train-step --batch 8 --threads 1 --json
            """)

    @Option(help: "The design: \(STEPConfiguration.Preset.allCases.map(\.rawValue).joined(separator: ", ")).")
    var preset = STEPConfiguration.Preset.baselineReleased

    @Option(help: "Gaits per step.")
    var batch = 8

    @Option(help: "Threads per matrix product.")
    var threads = 1

    @Option(help: "How many steps are timed.")
    var steps = 50

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...64).contains(threads), (2...1024).contains(batch), (1...100_000).contains(steps) else {
            throw ValidationError("--threads is 1 to 64, --batch 2 to 1024, --steps 1 to 100000.")
        }
    }

    func run() throws {
        BLAS.useThreads(threads)
        let step = BenchmarkTraining(preset: preset, batch: batch)
        let timing = try Stopwatch.time(warmUp: 10, calls: steps) { step.run() }
        let report = Report(
            batch: batch, threads: threads, preset: preset.rawValue, kernels: BLAS.kernelFamily,
            median: timing.median, p95: timing.p95)
        try output.emit(report) { report.text }
    }

    private struct Report: Encodable {
        let batch: Int
        let threads: Int
        let preset: String
        let kernels: String
        let median: Double
        let p95: Double

        enum CodingKeys: String, CodingKey {
            case batch, threads, preset, kernels
            case median = "median_ms"
            case p95 = "p95_ms"
        }

        var text: String {
            let times = "median_ms=\(String(format: "%.2f", median)) p95_ms=\(String(format: "%.2f", p95))"
            return
                "\(preset), batch \(batch), \(threads) thread(s), OpenBLAS kernels for \(kernels): \(times)"
        }
    }
}

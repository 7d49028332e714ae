import ArgumentParser
import Foundation
import Gait
import GaitModels
import NeuralNetwork

/// `gaitctl benchmark inference`: milliseconds per gait through the network.
struct InferenceBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inference",
        abstract: "Time the network on windows of 75 frames, per gait.",
        discussion: """
            What is timed is the network itself, from the window's tensor to the logits. Without --weights a fresh \
            STEP with affective features is timed.

            Examples:
              gaitctl benchmark inference --weights config/models/step-default.safetensors
              gaitctl benchmark inference --kernel 75 --threads 1 --json
            """)

    @Option(help: ArgumentHelp("A model file.", valueName: "file"))
    var weights: String?

    @Option(help: "The temporal kernel of a fresh STEP, odd.")
    var kernel = 9

    @Option(help: "Threads per matrix product.")
    var threads = 1

    @Option(parsing: .upToNextOption, help: "How many gaits go through the network at once.")
    var batch = [1, 8]

    @Option(help: "How many calls are timed.")
    var calls = 200

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...64).contains(threads), (1...1_000_000).contains(calls), !batch.isEmpty,
            batch.allSatisfy({ (1...1024).contains($0) })
        else { throw ValidationError("--threads is 1 to 64, --batch 1 to 1024, --calls 1 to 1000000.") }
        guard kernel % 2 == 1, (1...301).contains(kernel) else {
            throw ValidationError("--kernel is odd, 1 to 301, not \(kernel).")
        }
    }

    func run() throws {
        BLAS.useThreads(threads)
        let network = try BenchmarkNetwork(weights: weights, kernel: kernel)
        var results: [Result] = []
        for size in batch {
            network.fill(batch: size)
            let timing = try Stopwatch.time(warmUp: 30, calls: calls) { network.classify() }
            results.append(
                Result(batch: size, median: timing.median / Double(size), p95: timing.p95 / Double(size)))
        }
        let report = Report(
            results: results, threads: threads, kernels: BLAS.kernelFamily, model: network.name)
        try output.emit(report) { report.text }
    }

    private struct Result: Encodable {
        let batch: Int
        let median: Double
        let p95: Double

        enum CodingKeys: String, CodingKey {
            case batch
            case median = "median_ms"
            case p95 = "p95_ms"
        }
    }

    private struct Report: Encodable {
        let results: [Result]
        let threads: Int
        let kernels: String
        let model: String

        var text: String {
            (["\(model), \(threads) thread(s), OpenBLAS kernels for \(kernels), per gait:"]
                + results.map {
                    "  batch \($0.batch): median_ms=\(rounded($0.median)) p95_ms=\(rounded($0.p95))"
                })
                .joined(separator: "\n")
        }

        private func rounded(_ value: Double) -> String { String(format: "%.3f", value) }
    }
}

import TestSupport
import Testing

@Suite("gaitctl benchmark")
struct BenchmarkCommandTests {
    @Test("inference gives milliseconds per gait for every batch, of a fresh network")
    func inference() async throws {
        let object = try await GaitctlProcess.run(
            "benchmark", "inference", "--kernel", "9", "--threads", "1", "--calls", "3", "--json"
        ).object()
        try check(object, batches: [1, 8])
    }

    @Test("inference takes a model file", .sharedData)
    func weights() async throws {
        let object = try await GaitctlProcess.run(
            "benchmark", "inference", "--weights", SharedData.fixture("step-baseline-official.safetensors"),
            "--batch", "1", "2", "--calls", "3", "--json"
        ).object()
        try check(object, batches: [1, 2])
    }

    @Test("a training step is timed")
    func trainStep() async throws {
        let object = try await GaitctlProcess.run(
            "benchmark", "train-step", "--batch", "2", "--threads", "1", "--steps", "2", "--json"
        ).object()
        #expect(object["batch"] as? Int == 2)
        let median = try #require(object["median_ms"] as? Double)
        #expect(try median > 0 && #require(object["p95_ms"] as? Double) >= median)
    }

    @Test("an SVM is no network to be timed")
    func svm() async throws {
        let files = try WalkFiles()
        let model = try await files.model()
        let result = try await GaitctlProcess.run("benchmark", "inference", "--weights", model, "--json")
        #expect(result.failed(78, saying: [model]), "\(result)")
    }

    @Test(
        "counts out of range are wrong usage",
        arguments: [
            "inference --kernel 8", "inference --threads 0", "inference --calls 0", "inference --batch 0",
            "train-step --batch 1", "train-step --steps 0", "train-step --preset none", "latency --people 0",
            "load --people 0", "load --people 513", "load --per-robot 65", "load --seconds 0",
            "latency --people 65", "latency --seconds 1", "latency --fps nan",
        ])
    func usage(options: String) async throws {
        let result = try await GaitctlProcess.run(
            ["benchmark"] + options.split(separator: " ").map(String.init))
        #expect(result.status == 64, "\(result)")
        #expect(result.output == "" && result.errors.hasPrefix("Error: "))
    }

    private func check(_ object: [String: Any], batches: [Int]) throws {
        let results = try #require(object["results"] as? [[String: Any]])
        #expect(results.map { $0["batch"] as? Int } == batches)
        for result in results {
            let median = try #require(result["median_ms"] as? Double)
            #expect(try median > 0 && #require(result["p95_ms"] as? Double) >= median)
        }
    }
}

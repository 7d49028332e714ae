import TestSupport
import Testing

@Suite("gaitctl benchmark")
struct BenchmarkCommandTests {
    @Test("inference gives milliseconds per gait for every batch, of a fresh network")
    func inference() async throws {
        let object = try await Tool.run(
            "benchmark inference --kernel 9 --threads 1 --calls 3 --json"
        ).object()
        try check(object, batches: [1, 8])
    }

    @Test("inference takes a model file", .sharedData)
    func weights() async throws {
        let object = try await Tool.run(
            "benchmark inference --weights \(SharedData.fixture("step-baseline-official.safetensors"))",
            "--batch 1 2 --calls 3 --json"
        ).object()
        try check(object, batches: [1, 2])
    }

    @Test("a training step is timed")
    func trainStep() async throws {
        let object = try await Tool.run(
            "benchmark train-step --batch 2 --threads 1 --steps 2 --json"
        ).object()
        #expect(object["batch"] as? Int == 2)
        let median = try #require(object["median_ms"] as? Double)
        #expect(try median > 0 && #require(object["p95_ms"] as? Double) >= median)
    }

    @Test("an SVM is no network to be timed")
    func svm() async throws {
        let files = try WalkFiles()
        let model = try await files.model()
        try await Tool.run("benchmark inference --weights \(model) --json").expectFailure(78, saying: model)
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

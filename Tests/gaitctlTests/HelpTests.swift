import Testing

struct HelpTests {
    @Test(
        "every command's help ends with 0 and has an example of it",
        arguments: [
            "", "train", "evaluate", "classify", "features", "simulate", "draw", "explain", "model",
            "model show", "model verify", "model list", "model activate", "model rollback", "model pin",
            "model diff", "store", "store list", "store stats", "store export", "store import",
            "store forget", "retrain", "benchmark", "benchmark inference", "benchmark train-step",
            "benchmark latency", "benchmark load", "benchmark soak", "dataset", "dataset check",
            "dataset import", "dataset export", "record", "replay", "status", "top", "check-stream",
            "annotate", "evaluate camera", "evaluate lifter",
        ])
    func help(command: String) async throws {
        let words = command.split(separator: " ").map(String.init)
        let result = try await Tool.run(words + ["--help"])
        #expect(result.status == 0)
        #expect(result.errors == "")
        #expect(result.output.contains(#/Examples?:\n +gaitctl /#))
        #expect(result.output.contains(command.isEmpty ? "  gaitctl " : "  gaitctl \(command) "))
    }
}

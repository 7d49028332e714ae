import Foundation
import TestSupport
import Testing

@Suite("gaitctl benchmark latency", .serialized, .broker)
struct LatencyBenchmarkTests {
    private let files: WalkFiles
    private let model: String
    /// Where the benchmark puts its files, by which its children are recognized.
    private let scratch: TemporaryFolder

    init() async throws {
        files = try WalkFiles()
        model = try await files.model()
        scratch = try TemporaryFolder()
    }

    @Test(
        "emotions come back through a broker and a daemon of its own, and nothing is left",
        arguments: ["world", "image"])
    func emotions(origin: String) async throws {
        let object = try await run("--people 3 --seconds 4 --origin \(origin) --json").object()
        for name in ["p50_ms", "p95_ms", "p99_ms", "max_ms", "rss_mb"] {
            #expect(try #require(object[name] as? Double) > 0, "\(name)")
        }
        #expect(try #require(object["emotions"] as? Int) > 0)
        #expect(object["people"] as? Int == 3)
        #expect(object["frames"] as? Int == 120)
        #expect(try #require(object["messages_accepted"] as? Int) > 0)
        try expectNothingLeft()
    }

    @Test("Ctrl-C ends it with 1 and leaves nothing")
    func interrupted() async throws {
        try await run("--people 1 --seconds 600", isInterrupted: true)
            .expectFailure(1, saying: "interrupted")
        try expectNothingLeft()
    }

    @Test("a model that gaitd refuses ends it at once, and leaves nothing")
    func refused() async throws {
        let broken = try files.folder.write("broken", "no model")
        try await run("--json", model: broken).expectFailure(78, saying: broken)
        try expectNothingLeft()
    }

    @Test("a daemon that ends at its start is reported", .sharedData)
    func daemonEnds() async throws {
        // A classifier, but its labels have no emotion's name.
        try await run("", model: SharedData.fixture("step-baseline-official.safetensors"))
            .expectFailure(1, saying: "gaitd exited while starting")
        try expectNothingLeft()
    }

    private func run(
        _ options: CommandWords, model: String? = nil, isInterrupted: Bool = false
    ) async throws -> Tool.Result {
        try await Tool.run(
            ["benchmark", "latency", "--model", model ?? self.model] + options.all,
            environment: ["TMPDIR": scratch.path], isInterrupted: isInterrupted)
    }

    private func expectNothingLeft() throws {
        #expect(try scratch.contents() == [])
        let left = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
            let command = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") ?? Data()
            return Int(name) != nil && String(decoding: command, as: UTF8.self).contains(scratch.path)
        }
        #expect(left == [])
    }
}

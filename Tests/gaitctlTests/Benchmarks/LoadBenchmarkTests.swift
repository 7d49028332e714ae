import TestSupport
import Testing

@Suite("gaitctl benchmark load", .serialized, .broker)
struct LoadBenchmarkTests {
    @Test("a few people are measured, then twice as many, with start and stop, and nothing is left")
    func figures() async throws {
        let files = try WalkFiles()
        let scratch = try TemporaryFolder()
        let object = try await Tool.run(
            "benchmark load --people 4 --seconds 1 --overload --json --model \(files.model())",
            environment: ["TMPDIR": scratch.path]
        ).object()
        for name in ["p50_ms", "p99_ms", "max_ms", "rss_mb", "start_ms", "stop_ms", "decode_us_per_body"] {
            #expect(try #require(object[name] as? Double) > 0, "\(name)")
        }
        #expect(object["people"] as? Int == 4 && object["robots"] as? Int == 1)
        #expect(object["messages_published"] as? Int == 150)
        #expect(object["messages_accepted"] as? Int == 150)
        #expect(object["classifications_expected"] as? Int == 8)
        #expect(try #require(object["classifications_seen"] as? Int) > 0)
        #expect(object["sustained"] is Bool && object["cpu"] is [String: Any])
        let overload = try #require(object["overload"] as? [String: Any])
        #expect(overload["people"] as? Int == 8 && overload["people_after"] as? Int == 2)
        // The second crowd takes over ids of the first, which is a leap.
        let dropped = try #require(overload["dropped"] as? [String: Int])
        #expect(dropped.keys.allSatisfy { $0 == "leap" })
        #expect(try scratch.contents() == [])
    }
}

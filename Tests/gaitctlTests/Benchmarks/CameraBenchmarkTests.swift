import TestSupport
import Testing

@Suite("gaitctl benchmark camera")
struct CameraBenchmarkTests {
    @Test("times a folder's frames, one by one and at a camera's pace", .sharedData)
    func folder() async throws {
        let files = try WalkFiles()
        let model = try await files.model()
        let object = try await Tool.run(
            "benchmark camera --frames \(SharedData.walkerFolder) --models \(SharedData.models)",
            "--model \(model) --calls 20 --seconds 0.5 --fps 60 --json"
        ).object()
        let single = try #require(object["single"] as? [String: Any])
        #expect(single["width"] as? Int == 1280 && single["height"] as? Int == 720)
        #expect(try #require(single["people"] as? Double) >= 0.9)
        #expect(try #require(single["median_ms"] as? Double) > 0)
        let live = try #require(object["live"] as? [[String: Any]])
        #expect(live.count == 1 && live[0]["frames"] as? Int == 30)
        #expect(live[0]["dropped"] is Int)
        #expect(try #require(object["rss_mb"] as? Double) > 10)
    }

    @Test("says what is missing", .sharedData)
    func missing() async throws {
        let folder = try TemporaryFolder()
        let files = try WalkFiles()
        let model = try await files.model()
        try await Tool.run("benchmark camera --models \(folder.path) --model \(model)")
            .expectFailure(78, saying: "pose_detection.tflite", "fetch-models")
        try await Tool.run(
            "benchmark camera --frames \(folder.path) --models \(SharedData.models) --model \(model)"
        )
        .expectFailure(1, saying: "no .jpg files")
    }
}

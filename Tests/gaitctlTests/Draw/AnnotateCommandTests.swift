import Foundation
import Gait
import Perception
import Simulation
import TestSupport
import Testing

@testable import gaitctl

@Suite("gaitctl annotate")
struct AnnotateCommandTests {
    /// A folder with frames of one mannequin.
    private func film(_ folder: TemporaryFolder, seconds: Double) throws -> String {
        var options = CameraScene.Options(robots: 1, people: 1, emotions: [.sad])
        // From the side, where a camera sees legs swing.
        options.side = 90
        (options.camera.width, options.camera.height) = (640, 480)
        let writer = try FilmWriter(Film(CameraScene(options)), to: folder.path("film"))
        _ = try writer.run(rate: 15, seconds: seconds, progress: ProgressReporter())
        return folder.path("film")
    }

    private func annotate(
        _ frames: String, to out: String, models: String = SharedData.models
    ) async throws -> Tool.Result {
        try await Tool.run(
            "annotate \(frames) --out \(out) --models \(models) --fps 15 --json",
            "--model \(PackageFolder.classifier)")
    }

    @Test("people are drawn, counted and read; damaged frames are counted", .sharedData)
    func annotate() async throws {
        let folder = try TemporaryFolder()
        let film = try film(folder, seconds: 4)
        try Data([0xFF, 0xD8, 0xFF]).write(to: URL(filePath: "\(film)/00020.jpg"))
        let result = try await annotate(film, to: folder.path("out"))
        let report = try result.object()
        #expect(report["frames"] as? Int == 59)
        #expect((report["rejected"] as? [String: Int])?.values.reduce(0, +) == 1)
        #expect(result.errors.contains("00020.jpg"))
        let people = try #require(report["people"] as? [[String: Any]])
        #expect(people.count == 1)
        #expect(people[0]["id"] as? Int == 1)
        #expect((people[0]["frames"] as? Int ?? 0) >= 55)
        #expect(people[0]["emotion"] as? String == "sad")
        let states = try #require(people[0]["states"] as? [String: Int])
        #expect(Set(states.keys) == ["ok", "uncertain", "not_walking", "insufficient_data"])
        let readings = try #require(people[0]["readings"] as? [String: Int])
        #expect(states["ok"] == readings.values.reduce(0, +))
        // Until two and a half seconds were seen.
        #expect((states["insufficient_data"] ?? 0) > 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("out")).count == 59)
        // Nobody is lifted in the first second.
        let early = try difference(film, folder.path("out"), frame: "00015.jpg")
        #expect((500...60_000).contains(early.picture) && early.beside == 0)
        #expect(try difference(film, folder.path("out"), frame: "00058.jpg").beside > 500)
    }

    /// How many pixels of a frame were drawn on, and how many of the strip beside it.
    private func difference(
        _ one: String, _ other: String, frame: String
    ) throws -> (picture: Int, beside: Int) {
        var images = [CameraImage(), CameraImage()]
        for (index, folder) in [one, other].enumerated() {
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/\(frame)")))
            try JPEGDecoder().decode(bytes.span, into: &images[index])
        }
        let (before, after) = (images[0], images[1])
        #expect(after.height == before.height && after.width == before.width + before.height / 2)
        var counts = (picture: 0, beside: 0)
        for row in 0..<before.height {
            for column in 0..<after.width {
                let value = Int(after.pixels[3 * (row * after.width + column)])
                if column < before.width {
                    let old = Int(before.pixels[3 * (row * before.width + column)])
                    counts.picture += abs(value - old) > 60 ? 1 : 0
                } else {
                    counts.beside += value > 90 ? 1 : 0
                }
            }
        }
        return counts
    }

    @Test("what is missing is named, and nothing is written over")
    func failures() async throws {
        let folder = try TemporaryFolder()
        try folder.write("a.jpg", "no picture")
        try await annotate(folder.path("none"), to: folder.path("out"))
            .expectFailure(1, saying: folder.path("none"), "no such file")
        try await annotate(folder.path, to: folder.path("out"), models: folder.path)
            .expectFailure(78, saying: folder.path, "pose_detection.tflite")
        guard SharedData.isThere else { return }
        try await annotate(folder.path, to: folder.path).expectFailure(1, saying: "not empty")
        try await annotate(folder.path, to: folder.path("out"))
            .expectFailure(1, saying: "no frame of 1 could be read", "not_jpeg")
    }
}

import ArgumentParser
import Foundation
import Gait
import Perception
import Simulation
import TestSupport
import Testing

@testable import gaitctl

struct FilmWriterTests {
    private func film(robots: Int) -> Film {
        var options = CameraScene.Options(robots: robots, people: 2)
        (options.camera.width, options.camera.height) = (160, 120)
        return Film(CameraScene(options))
    }

    @Test("a folder gets a JPEG for each frame, and where everybody is in it")
    func folder() throws {
        let folder = try TemporaryFolder()
        let out = folder.path("film")
        let writer = try FilmWriter(film(robots: 1), to: out)
        let summary = try writer.run(rate: 10, seconds: 0.35, progress: ProgressReporter())
        #expect(ReportText.line(summary) == "frames=4 cameras=1 seconds=0.4 out=\(out)")
        let names = try FileManager.default.contentsOfDirectory(atPath: out).sorted()
        #expect(names == ["00000.jpg", "00001.jpg", "00002.jpg", "00003.jpg", "truth.jsonl"])
        let lines = try objects(in: String(contentsOfFile: "\(out)/truth.jsonl", encoding: .utf8))
        #expect(lines.compactMap { $0["frame"] as? String } == Array(names.prefix(4)))
        #expect(lines.compactMap { $0["time"] as? Double } == [0, 0.1, 0.2, 0.3])
        for line in lines {
            let people = try #require(line["people"] as? [[String: Any]])
            #expect(people.count == 2)
            #expect((people[0]["world"] as? [[Double]])?.count == Joint.count)
        }
    }

    @Test("several robots get a folder each")
    func robots() throws {
        let folder = try TemporaryFolder()
        let out = folder.path("film")
        let writer = try FilmWriter(film(robots: 2), to: out)
        _ = try writer.run(rate: 10, seconds: 0.1, progress: ProgressReporter())
        #expect(try FileManager.default.contentsOfDirectory(atPath: out).sorted() == ["r1", "r2"])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: "\(out)/r2").sorted()
                == ["00000.jpg", "truth.jsonl"])
    }

    @Test("nothing is written beside what is there")
    func vacancy() throws {
        let folder = try TemporaryFolder()
        try folder.write("00000.jpg", "precious")
        #expect(throws: CommandFailure.failure("\(folder.path) is not empty; name a new folder")) {
            _ = try FilmWriter(film(robots: 1), to: folder.path)
        }
        #expect(try folder.contents() == ["00000.jpg"])
    }

    @Test(
        "what does not go together is refused",
        arguments: [
            ["--frames", "--layout", "azure32"], ["--frames", "--no-ids"], ["--width", "640"],
            ["--frames", "--passing"], ["--frames", "--out", "x"], ["--frames", "--watch", "--people", "3"],
            ["--frames", "--quality", "101"], ["--frames", "--camera", "a/b"],
            ["--frames", "--out", "x", "--seconds", "5000"],
        ])
    func options(arguments: [String]) {
        #expect(throws: (any Error).self) { try SimulateCommand.parse(arguments) }
    }

    @Test("the options of cameras are taken")
    func taken() throws {
        let command = try SimulateCommand.parse([
            "--frames", "--passing", "--seconds", "4", "--side", "90", "--width", "640", "--height", "480",
        ])
        #expect(command.cameras.frames && command.cameras.passing && command.cameras.side == 90)
    }
}

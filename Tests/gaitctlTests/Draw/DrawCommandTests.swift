import Foundation
import Gait
import TestSupport
import Testing

@testable import gaitctl

@Suite("gaitctl draw")
struct DrawCommandTests {
    @Test("simulated walkers stand side by side, each with whole strides that end where they begin")
    func simulated() async throws {
        let result = try await Tool.run("draw --simulate angry --simulate sad --seconds 1")
        try #require(result.status == 0, "\(result.errors)")
        let picture = try XMLPicture(result.output)
        #expect(picture.text.contains("angry") && picture.text.contains("sad"))
        let keyframes = picture.keyframes(of: "d")
        #expect(keyframes.count == 8)
        for frames in keyframes {
            let ends = [frames[0], frames[frames.count - 1]].map { Array(SVGPathTests.points($0).joined()) }
            for (first, last) in zip(ends[0], ends[1]) {
                #expect(abs(first.x - last.x) < 0.3 && abs(first.y - last.y) < 0.3)
            }
        }
    }

    @Test("a data set's gaits are drawn by key, under their labels, into a file")
    func dataset() async throws {
        let files = try WalkFiles()
        let path = files.folder.path("walk.svg")
        let result = try await Tool.run(
            "draw --dataset \(files.dataset()) --gait happy-1 --gait sad-0 --view front --world --seconds 1",
            "--out \(path)")
        try #require(result.status == 0, "\(result.errors)")
        #expect(result.output == "")
        let picture = try XMLPicture(String(contentsOfFile: path, encoding: .utf8))
        #expect(picture.text.contains("happy-1") && picture.text.contains("30 frames · 30 fps"))
        #expect(picture.keyframes(of: "d").allSatisfy { $0.count == 30 })
    }

    @Test("everybody in a recording is drawn, or one person")
    func recording() async throws {
        let files = try WalkFiles()
        let path = try files.recording(seconds: 4)
        let everybody = try await Tool.run("draw --recording \(path)")
        try #require(everybody.status == 0, "\(everybody.errors)")
        #expect(try XMLPicture(everybody.output).keyframes(of: "d").count == 8)
        for name in ["2", "r1/2"] {
            let one = try await Tool.run("draw --recording \(path) --person \(name) --at 0.5")
            try #require(one.status == 0, "\(one.errors)")
            let picture = try XMLPicture(one.output)
            #expect(picture.text.contains("r1/2") && !picture.text.contains("r1/1"))
        }
        try await Tool.run("draw --recording \(path) --person 9")
            .expectFailure(1, saying: "'9'", "r1/1, r1/2")
        try await Tool.run("draw --recording \(path) --at 30")
            .expectFailure(1, saying: "no window", "from 30.0 s on")
    }

    @Test("the README's picture is what its command draws, and small")
    func readme() async throws {
        let text = try String(contentsOfFile: PackageFolder.path("README.md"), encoding: .utf8)
        let picture = try #require(text.firstMatch(of: #/!\[[^\]]*\]\(([^)]*walks\.svg)\)/#))
        let command = try #require(text.firstMatch(of: #/`gaitctl (draw [^`]*) --out walks\.svg`/#))
        let stored = try String(contentsOfFile: PackageFolder.path(String(picture.1)), encoding: .utf8)
        #expect(stored.utf8.count < 60_000)
        let drawn = try await Tool.run(command.1.split(separator: " ").map(String.init))
        let (own, expected) = (try XMLPicture(stored), try XMLPicture(drawn.output))
        #expect(own.text == expected.text)
        #expect(own.keyframes(of: "d").map(\.count) == expected.keyframes(of: "d").map(\.count))
    }

    @Test("an unknown key, and a file that cannot be written, are said by name")
    func failures() async throws {
        let files = try WalkFiles()
        let dataset = try files.dataset()
        try await Tool.run("draw --dataset \(dataset) --gait bored-0")
            .expectFailure(1, saying: "\"bored-0\"", "16", "angry-0")
        let path = files.folder.path("no/such/walk.svg")
        try await Tool.run("draw --simulate sad --out \(path)")
            .expectFailure(1, saying: path, "cannot be written")
    }
}

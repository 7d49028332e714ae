import Foundation
import TestSupport
import Testing

/// launch/fetch-models with mirrors that are folders: curl reads, and resumes, `file://` as it does `https://`.
@Suite("Fetching models", .sharedData, .enabled(if: ScriptRun.find("curl") != nil, "curl is not installed"))
struct FetchModelsTests {
    private static let names = ["pose_detection.tflite", "pose_landmark_lite.tflite"]
    /// How much of a file came before its download was interrupted.
    private static let interruption = 1_000_000

    private let mirror: TemporaryFolder
    private let target: TemporaryFolder

    init() throws { (mirror, target) = (try TemporaryFolder(), try TemporaryFolder()) }

    private static func model(_ name: String) throws -> Data {
        try Data(contentsOf: URL(filePath: SharedData.model(name)))
    }

    private func fetch(_ options: [String] = [], from source: String) throws -> ScriptRun {
        try ScriptRun("launch/fetch-models", options + ["--to", target.path, "--from", source])
    }

    private func expectModels(
        _ names: [String] = names, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(try target.contents() == names, sourceLocation: sourceLocation)
        for name in names {
            let fetched = try Data(contentsOf: target.url.appending(path: name))
            #expect(fetched == (try Self.model(name)), "\(name)", sourceLocation: sourceLocation)
        }
    }

    /// A mirror whose files are right from where they were interrupted on only.
    private func damageMirror() throws {
        for name in Self.names {
            var bytes = try Self.model(name)
            bytes.replaceSubrange(..<Self.interruption, with: Data(count: Self.interruption))
            try mirror.write(name, bytes)
        }
    }

    @Test("models come from a folder, and are not fetched a second time")
    func folder() throws {
        let run = try fetch(from: URL(filePath: SharedData.model("")).path(percentEncoded: false))
        #expect(run.status == 0, "\(run.output)")
        try expectModels()
        let again = try fetch(from: mirror.path)
        #expect(again.status == 0 && again.output.contains("already exists"), "\(again.output)")
    }

    @Test("the larger landmark network comes on request")
    func full() throws {
        let folder = URL(filePath: SharedData.model("")).path(percentEncoded: false)
        let run = try fetch(["--full"], from: folder)
        #expect(run.status == 0, "\(run.output)")
        try expectModels(Self.names[..<1] + ["pose_landmark_full.tflite"] + Self.names[1...])
    }

    @Test("a download goes on where it was interrupted")
    func resumption() throws {
        try damageMirror()
        for name in Self.names {
            try target.write("\(name).part", try Self.model(name).prefix(Self.interruption))
        }
        let run = try fetch(from: "file://\(mirror.path)")
        #expect(run.status == 0, "\(run.output)")
        try expectModels()
    }

    @Test("a partial download of another or a larger file is fetched again", arguments: [100, 4_000_000])
    func otherBeginning(bytes: Int) throws {
        for name in Self.names {
            try mirror.write(name, try Self.model(name))
            try target.write("\(name).part", Data(repeating: 7, count: bytes))
        }
        let run = try fetch(from: "file://\(mirror.path)")
        #expect(run.status == 0, "\(run.output)")
        try expectModels()
    }

    @Test("a file with another sum is refused and not kept", arguments: ["", "file://"])
    func mismatch(scheme: String) throws {
        try damageMirror()
        try target.write(Self.names[0], "an older one")
        let run = try fetch(from: scheme + mirror.path)
        #expect(run.status == 1)
        #expect(
            run.output.contains(
                "\(Self.names[0]) from \(scheme)\(mirror.path) does not have the sha256 a63c614b"))
        #expect(try target.contents() == [Self.names[0]])
        #expect(try String(contentsOfFile: target.path(Self.names[0]), encoding: .utf8) == "an older one")
    }

    @Test("an endless file is cut off", arguments: ["", "file://"])
    func tooLarge(scheme: String) throws {
        try mirror.write(Self.names[0], Data(count: 8 << 20))
        let run = try fetch(from: scheme + mirror.path)
        #expect(run.status == 1)
        #expect(try target.contents().isEmpty)
    }

    @Test("what is not there is named")
    func absent() throws {
        let run = try fetch(from: mirror.path)
        #expect(run.status == 1)
        #expect(run.output.contains("file \(mirror.path)/\(Self.names[0]) does not exist"))
        let download = try fetch(from: "file://\(mirror.path)")
        #expect(download.status == 1)
        #expect(download.output.contains("file://\(mirror.path)/\(Self.names[0]) could not be downloaded"))
    }
}

import Datasets
import Foundation
import Gait
import TestSupport
import Testing

@testable import gaitctl

@Suite("gaitctl dataset")
struct DatasetCommandTests {
    private let files: WalkFiles

    init() throws { files = try WalkFiles() }

    /// E-Gait's layout: real gaits without the labels' names, a part of another rate, and generated ones.
    private func egait() throws -> String {
        let folder = files.folder.path("egait")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (seed, suffix) in [(1, "main"), (60, "ELMD")] {
            let whole = try GaitDataset(contentsOf: files.dataset("for-\(suffix)", seed: UInt64(seed)))
            let gaits = whole.gaits.map { gait in
                LabelledGait(
                    key: gait.key,
                    gait: suffix == "ELMD" ? gait.gait.resampled(speed: 0.5) : gait.gait, label: gait.label)
            }
            let out = files.folder.path("written-\(suffix)")
            try GaitDataset(labelNames: whole.labelNames, gaits: gaits).write(
                to: out, suffix: suffix == "main" ? "" : "_\(suffix)")
            for file in try FileManager.default.contentsOfDirectory(atPath: out) where file.hasSuffix(".h5") {
                try FileManager.default.moveItem(atPath: "\(out)/\(file)", toPath: "\(folder)/\(file)")
            }
        }
        return folder
    }

    @Test("check tells what is there, and ends with 1 where something is wrong")
    func check() async throws {
        let dataset = try files.dataset()
        let good = try await Tool.run("dataset check \(dataset) --json").object()
        #expect(good["good"] as? Bool == true && good["gaits"] as? Int == 16)
        let text = try await Tool.run("dataset check \(dataset)")
        #expect(text.status == 0 && text.output.hasSuffix("nothing is wrong\n"))
        let one = try files.dataset("one", emotions: [.sad])
        let result = try await Tool.run("dataset check \(one)")
        #expect(result.status == 1 && result.output.contains("every gait is sad"))
        #expect(result.errors == "gaitctl: \(one): wrong are labels\n")
        try await Tool.run("dataset check /nowhere")
            .expectFailure(1, saying: "/nowhere: the folder does not exist")
    }

    @Test("import makes one data set of several files, at one rate, and tells each part's count")
    func imports() async throws {
        let out = files.folder.path("imported")
        let object = try await Tool.run(
            "dataset import \(egait()) --fps ELMD=60 --out \(out) --json"
        ).object()
        #expect(object["gaits"] as? Int == 32)
        let parts = try #require(object["parts"] as? [[String: Any]])
        #expect(parts.compactMap { $0["part"] as? String } == ["main", "ELMD"])
        #expect(parts.compactMap { $0["taken"] as? Int } == [16, 16])
        let set = try GaitDataset(contentsOf: out)
        #expect(set.labelNames == Emotion.allCases.map(\.rawValue))
        #expect(set.gaits.allSatisfy { $0.gait.frames == 80 })
        let gait = try #require(set.gaits.first { $0.key == "ELMD_sad-0" })
        #expect(gait.sourceFile == "features_ELMD.h5/sad-0" && gait.attribute("subset") == "ELMD")
        #expect(set.labelNames[gait.label] == "sad")
    }

    @Test("a walk at another rate is reported at once")
    func wrongRate() async throws {
        let result = try await Tool.run(
            "dataset import \(egait()) --part ELMD --out \(files.folder.path("imported"))")
        #expect(result.status == 0 && result.output.contains("a recording of about 60 frames per second"))
    }

    @Test("what is given wrongly leaves nothing behind")
    func refused() async throws {
        let egait = try egait()
        let out = files.folder.path("imported")
        try await Tool.run("dataset import \(egait) --part EMLD --out \(out)")
            .expectFailure(1, saying: "no part EMLD", "main, ELMD")
        try await Tool.run("dataset import \(egait) --out \(egait)")
            .expectFailure(1, saying: egait, "not empty")
        try await Tool.run("dataset import \(egait) --shortest 60 --out \(out)")
            .expectFailure(1, saying: egait, "no gait is left", "too_short 32")
        for option in ["--fps=ELMD=0", "--units=inch", "--up=x", "--labels=a,a", "--shortest=-1"] {
            let wrong = try await Tool.run("dataset import \(egait) \(option) --out \(out)")
            #expect(wrong.status == 64, "\(option)")
        }
        #expect(!FileManager.default.fileExists(atPath: out))
    }

    @Test("export writes the gaits that are wanted under the labels that are wanted")
    func export() async throws {
        let out = files.folder.path("some")
        let dataset = try files.dataset()
        let object = try await Tool.run(
            "dataset export \(dataset) --out \(out) --label happy --label sad --except key=sad-0",
            "--relabel happy=glad --order sad,glad --json"
        ).object()
        #expect(object["gaits"] as? Int == 7 && object["left_out"] as? Int == 9)
        let set = try GaitDataset(contentsOf: out)
        #expect(set.labelNames == ["sad", "glad"])
        #expect(set.gaits.filter { $0.label == 0 }.map(\.key) == ["sad-1", "sad-2", "sad-3"])
        let suffixed = files.folder.path("suffixed")
        let other = try await Tool.run(
            "dataset export \(dataset) --out \(suffixed) --suffix ours --where style=sad")
        #expect(other.status == 0)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: suffixed).sorted()
                == ["features_ours.h5", "labels_ours.h5", "manifest.csv"])
        try await Tool.run("dataset export \(dataset) --out \(files.folder.path("none")) --label bored")
            .expectFailure(1, saying: "no label bored")
        #expect(!FileManager.default.fileExists(atPath: files.folder.path("none")))
    }

    @Test("an interrupted import writes nothing")
    func interrupted() throws {
        let folder = files.folder.path("waiting")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        #expect(mkfifo(folder + "/features.h5", 0o600) == 0)
        let out = files.folder.path("imported")
        let run = try ProgramRun(
            ProgramRun.built("gaitctl"), ["dataset", "import", folder, "--labels", "a,b", "--out", out])
        try #require(Pause.until(within: 30) { run.process.isReadingDataset })
        run.process.send(SIGINT)
        #expect(run.process.exitCode(within: 30) == 1 && run.errors == "gaitctl: interrupted\n")
        #expect(try files.folder.contents() == ["waiting"])
    }
}

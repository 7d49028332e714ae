import Datasets
import Foundation
import Gait
import TestSupport
import Testing

@testable import gaitctl

@Suite("Reading a data set's folder")
struct DatasetReaderTests {
    private let files: WalkFiles

    init() throws { files = try WalkFiles() }

    /// `gaitctl dataset check` at a folder whose features are a pipe without a writer, so that libhdf5 hangs.
    private func hangingRun() throws -> (run: ProgramRun, folder: String) {
        let folder = files.folder.path("waiting")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        #expect(mkfifo(folder + "/features.h5", 0o600) == 0)
        let run = try ProgramRun(ProgramRun.built("gaitctl"), ["dataset", "check", folder])
        try #require(Pause.until(within: 30) { run.process.isReadingDataset })
        return (run, folder)
    }

    @Test("a damaged file is a data set or one line that names it")
    func damaged() async throws {
        let folder = try files.dataset(recordings: 1)
        var generator = SeededGenerator(seed: 7)
        var refused = 0
        for name in ["features.h5", "labels.h5"] {
            let url = URL(filePath: "\(folder)/\(name)")
            let whole = try Data(contentsOf: url)
            for round in 0..<20 {
                var bytes = whole
                if round < 5 {
                    bytes = bytes.prefix(Int(generator.uniform(0...1) * Float(whole.count - 1)))
                } else {
                    // The descriptions of the data are at the beginning.
                    let area = round.isMultiple(of: 2) ? 200 : min(whole.count, 4000)
                    for _ in 0..<(1 + round % 8) {
                        let place = Int(generator.uniform(0...1) * Float(area - 1))
                        bytes[place] ^= UInt8(1 + Int(generator.uniform(0...1) * 254))
                    }
                }
                try bytes.write(to: url)
                let result = try await Tool.run("features --dataset \(folder)")
                guard result.status != 0 else { continue }
                refused += 1
                result.expectFailure(1, saying: folder)
            }
            try whole.write(to: url)
        }
        #expect(refused > 10)
        #expect(try DatasetReader.dataset(in: folder).gaits.count == 4)
    }

    @Test("a sparse file of huge extents neither fills the memory nor takes long")
    func huge() async throws {
        let folder = try files.dataset(recordings: 1)
        let descriptor = open("\(folder)/features.h5", O_WRONLY)
        #expect(ftruncate(descriptor, 1 << 40) == 0)
        close(descriptor)
        #expect(try await Tool.run("features --dataset \(folder)", within: 60).status == 0)
    }

    @Test(
        "a crash in libhdf5 is one line that names the file",
        arguments: [SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL])
    func crashes(signal: Int32) throws {
        let (run, folder) = try hangingRun()
        run.process.send(signal)
        #expect(run.process.exitCode(within: 30) == 1)
        #expect(run.errors.hasPrefix("gaitctl: \(folder)") && run.errors.hasSuffix("from its source\n"))
        #expect(run.errors.contains("libhdf5 crashed") && run.output.isEmpty)
    }

    @Test("a file that libhdf5 never finishes is named once the time is up")
    func hangs() throws {
        let (run, folder) = try hangingRun()
        run.process.send(SIGALRM)
        #expect(run.process.exitCode(within: 30) == 1)
        #expect(run.errors.hasPrefix("gaitctl: \(folder)") && run.errors.contains("was not read within 60 s"))
    }

    @Test("Ctrl-C and SIGTERM end a read that hangs", arguments: [SIGINT, SIGTERM])
    func interrupted(signal: Int32) throws {
        let (run, _) = try hangingRun()
        run.process.send(signal)
        #expect(run.process.exitCode(within: 30) == 1 && run.errors == "gaitctl: interrupted\n")
    }

    @Test("nothing else in gaitctl reads a data set's folder")
    func onlyPlace() throws {
        let sources = PackageFolder.path("Sources/gaitctl")
        let names = try FileManager.default.subpathsOfDirectory(atPath: sources)
            .filter { $0.hasSuffix(".swift") }
        let places = try names.filter { name in
            let text = try String(contentsOfFile: "\(sources)/\(name)", encoding: .utf8)
            return text.contains("GaitDataset(contentsOf") || text.contains("DatasetSurvey(of")
        }
        #expect(places.map { URL(filePath: $0).lastPathComponent } == ["DatasetReader.swift"])
    }
}

extension ChildProcess {
    /// Whether a `gaitctl` is reading a data set: only then does it catch SIGALRM, as the kernel shows.
    var isReadingDataset: Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8),
            let mask = text.split(separator: "\n").first(where: { $0.hasPrefix("SigCgt:") })?.split(
                separator: "\t"
            )
            .last.flatMap({ UInt64($0, radix: 16) })
        else { return false }
        return mask & 1 << UInt64(SIGALRM - 1) != 0
    }
}

import Datasets
import Foundation
import Gait
import TestSupport
import Testing

@testable import gaitctl

@Suite("Reading a data set in a process of its own")
struct ReadingProcessTests {
    private let files: WalkFiles

    init() throws {
        files = try WalkFiles()
    }

    /// A program that stands for a reader that libhdf5 has got the better of.
    private func reader(_ script: String) throws -> String {
        try files.folder.script("reader-\(UUID().uuidString)", script)
    }

    private func failure(_ script: String, seconds: Double = 30) throws -> String {
        let process = ReadingProcess(program: try reader(script), seconds: seconds)
        let error = #expect(throws: CommandFailure.self) {
            try process.read("walks", as: GaitDataset.self)
        }
        #expect(error?.exitStatus == EXIT_FAILURE)
        return error?.message ?? ""
    }

    @Test("what arrives is what is in the folder, as a data set and as a survey")
    func arrives() throws {
        let folder = try files.dataset()
        let set = try GaitDataset(contentsOf: folder)
        #expect(try ReadingProcess.dataset(in: folder) == set)
        let survey = try ReadingProcess.survey(of: folder)
        #expect(survey == (try DatasetSurvey(of: folder) { _ in }))
        #expect(survey.parts[0].gaits.map(\.coordinates) == set.gaits.map(\.gait.coordinates))
    }

    @Test("the reader's own words arrive unchanged")
    func words() throws {
        let absent = files.folder.path("absent")
        let error = #expect(throws: CommandFailure.self) { try ReadingProcess.dataset(in: absent) }
        #expect(error == .failure("\(absent)/features.h5: there is no such file"))
    }

    @Test("a reader that hangs is ended, and the folder named")
    func hangs() throws {
        let file = files.folder.path("pid")
        let message = try failure("echo $$ > \(file); exec sleep 600", seconds: 0.3)
        #expect(message.hasPrefix("walks: was not read within 1 s"))
        let pid = try #require(
            pid_t(try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .newlines)))
        #expect(kill(pid, 0) != 0 && errno == ESRCH)
    }

    @Test("a reader that crashes is told by its signal, and the file that it was at is named")
    func crashes() throws {
        let message = try failure(
            #"printf 'o\006\000\000\000\000\000\000\000bad.h5'; kill -SEGV $$"#)
        #expect(message.hasPrefix("bad.h5: the process that read it crashed (Segmentation fault)"))
    }

    @Test(
        "a reader that ends without a word, or writes something else, is told",
        arguments: [
            ("exit 3", "ended with 3 and no word"), ("echo this is no piece", "handed over no data set"),
            (#"printf 'z\000\000\000\000\000\000\000\000'"#, "handed over no data set"),
            (#"printf 'h\002\000\000\000\000\000\000\000{}'"#, "handed over no data set"),
            (#"printf 'h\002\000'"#, "ended with 0 and no word"),
        ])
    func nonsense(script: String, words: String) throws {
        let message = try failure(script)
        #expect(message.hasPrefix("walks: the process that read it ") && message.contains(words))
    }

    @Test("a program that is not there is named")
    func absent() throws {
        let process = ReadingProcess(program: "/nowhere/gaitctl", seconds: 1)
        let error = #expect(throws: CommandFailure.self) { try process.read("walks", as: GaitDataset.self) }
        #expect(error?.message.hasPrefix("/nowhere/gaitctl cannot be started") == true)
    }

    @Test("the reader ends with the command that started it", arguments: [SIGINT, SIGTERM, SIGKILL])
    func ends(signal: Int32) throws {
        // Whoever opens a pipe that nobody writes to waits without end.
        let folder = files.folder.path("waiting")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        #expect(mkfifo(folder + "/features.h5", 0o600) == 0)
        let run = try ProgramRun(
            ProgramRun.built("gaitctl"), ["train", "--dataset", folder, "--folds", "2"])
        try #require(Pause.until(within: 30) { ReaderProcesses.count(of: folder) == 1 })
        run.process.send(signal)
        try #require(run.process.exitCode(within: 30) != nil)
        #expect(Pause.until(within: 30) { ReaderProcesses.count(of: folder) == 0 })
        if signal != SIGKILL { #expect(run.errors == "gaitctl: interrupted\n") }
    }

    @Test("nothing but the reading process reads a data set's folder in gaitctl")
    func onlyPlace() throws {
        let sources = PackageFolder.path("Sources/gaitctl")
        let names = try FileManager.default.subpathsOfDirectory(atPath: sources)
            .filter { $0.hasSuffix(".swift") }
        let places = try names.filter { name in
            let text = try String(contentsOfFile: "\(sources)/\(name)", encoding: .utf8)
            return text.contains("GaitDataset(contentsOf") || text.contains("DatasetSurvey(of")
        }
        #expect(places == ["Dataset/ReadDatasetCommand.swift"])
    }
}

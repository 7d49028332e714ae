import Foundation
import TestSupport
import Testing

@testable import GaitNode

@Suite("Labels as people of the field give them")
struct LabelCaseTests {
    private static let script = SharedData.testCase("labels-same-window/run.sh")

    @Test(
        "one window labeled three times is one gait with the last label; a stamp in milliseconds is no_window",
        .enabled(if: FileManager.default.fileExists(atPath: script), "needs ../shared/cases"))
    func sameWindow() throws {
        let programs = URL(filePath: ProgramRun.built("gaitd")).deletingLastPathComponent()
        let run = try ProgramRun(
            "/bin/bash", [Self.script],
            environment: [
                "GAITD_BIN": programs.path(percentEncoded: false), "PORT": "\(TestBroker.freePort())",
                "GAITD_CONFIG": PackageFolder.path("config"),
            ], startingIn: PackageFolder.path(""))
        #expect(run.process.exitCode(within: 300) == 0)
        let lines = run.output.split(separator: "\n")
        let gaits = lines.filter { $0.contains("r1/4") && $0.contains("train") || $0.contains("held_out") }
        #expect(gaits.count == 1 && gaits.first?.contains("happy") == true, "\(run.output) \(run.errors)")
        let answers = run.output.filter { !$0.isWhitespace }
        #expect(answers.components(separatedBy: #""replaced":true"#).count == 3, "\(run.output)")
        #expect(run.errors.components(separatedBy: "no_window").count == 2, "\(run.errors)")
    }
}

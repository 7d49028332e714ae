import Foundation
import TestSupport
import Testing

/// Faults of brokers and files that operators reported, each with a script that starts a broker and gaitd.
@Suite("Reported faults", .broker, .sharedCases)
struct SharedCasesTests {
    /// Runs a case's script to its end, and gives what it printed, gaitd's log lines last.
    private func output(of name: String) throws -> String {
        let program = ProgramRun.built("gaitd")
        let run = try ProgramRun(
            "/bin/bash", [SharedData.testCase("\(name)/run.sh")],
            environment: [
                "PORT": "\(try TestBroker.freePort())", "GAITD_CONFIG": PackageFolder.path("config"),
                "GAITD_BIN": URL(filePath: program).deletingLastPathComponent().path,
            ], startingIn: PackageFolder.url.path)
        #expect(run.process.exitCode(within: 120) == 0, "\(run.errors)")
        #expect(run.output.contains("gaitd has stopped"), "\(run.output)")
        return run.output
    }

    @Test("a skeleton message that the broker retained lists nobody")
    func retainedSkeleton() throws {
        let output = try output(of: "retained-skeleton")
        #expect(!output.contains("robots/old/people"), "\(output)")
    }

    @Test("a password file with Windows' line ends opens the broker")
    func passwordLineEnds() throws {
        let output = try output(of: "password-crlf")
        #expect(output.contains("connected to the broker") && !output.contains("refused"), "\(output)")
    }

    @Test("a message over the broker's packet limit is named in the log, with its size and the limit")
    func packetLimit() throws {
        let line = try output(of: "max-packet-size").split(separator: "\n").first { $0.contains("kept back") }
        let text = try #require(line)
        #expect(text.contains("to 'gaitd/t1/info'") && text.contains("at most 1500 bytes"), "\(text)")
    }
}

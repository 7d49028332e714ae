import Foundation
import Messaging
import TestSupport
import Testing

@testable import GaitNode

@Suite("Too little of what the node needs")
struct ProcessLimitsTests {
    /// gaitd, started by a program that limits it.
    private func limited(_ program: String, _ arguments: [String], _ folder: TemporaryFolder) throws
        -> ProgramRun
    {
        try TestModel.write(to: folder.path("test.safetensors"))
        let configuration = try folder.write(
            "gaitd.yaml",
            """
            model: {path: test.safetensors}
            mqtt: {host: 127.0.0.1, port: 1}
            deployment: {purpose: tests, notice: nobody real is seen}
            """)
        return try ProgramRun(program, arguments + [ProgramRun.built("gaitd"), "--config", configuration])
    }

    @Test(
        "too few file descriptors or too little memory end gaitd at once, with one line that says so",
        arguments: [
            ("--nofile=20", "file descriptors"), ("--nofile=50", "file descriptors"),
            ("--as=700000000", "addresses"), ("--data=250000000", "memory"),
        ])
    func limits(limit: String, missing: String) throws {
        let run = try limited("/usr/bin/prlimit", [limit], TemporaryFolder())
        #expect(run.process.exitCode(within: 60) == 1)
        let lines = run.errors.split(separator: "\n")
        #expect(
            lines.count == 1 && lines[0].contains("critical") && lines[0].contains(missing), "\(run.errors)")
    }

    @Test(
        "so do too few threads",
        .enabled(if: geteuid() == 0, "only root may become another user"), arguments: [4, 6, 10])
    func threads(limit: Int) throws {
        let folder = try TemporaryFolder()
        let user = 54_321 + limit
        let run = try limited(
            "/usr/bin/setpriv",
            ["--reuid=\(user)", "--regid=\(user)", "--clear-groups", "prlimit", "--nproc=\(limit)"], folder)
        #expect(run.process.exitCode(within: 60) == 1)
        let lines = run.errors.split(separator: "\n")
        #expect(lines.count == 1 && lines[0].contains("threads"), "\(run.errors)")
    }

    @Test("what this process has is enough")
    func enough() throws { try ProcessLimits.check() }

    @Test("threads that cannot be started are an error, and the client that wanted one can be stopped")
    func refusedThread() throws {
        #expect(throws: MessagingError.self) {
            try SystemThread.start(name: "huge", stackSize: 1 << 60) {}
        }
    }
}

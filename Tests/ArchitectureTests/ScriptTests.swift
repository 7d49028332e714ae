import TestSupport
import Testing

@Suite("Scripts")
struct ScriptTests {
    static let scripts = [
        "launch/build", "launch/test", "launch/demo", "launch/install", "launch/package",
        "launch/fetch-models", ".ci/run",
    ]

    /// Scripts that are only called by others.
    static let others = [
        "Tests/Packaging/chroot", "launch/debian/postinst", "launch/debian/prerm", "launch/debian/postrm",
    ]

    @Test("--help explains the script and does nothing else", arguments: scripts)
    func help(script: String) throws {
        let run = try ScriptRun(script, ["--help"])
        #expect(run.status == 0)
        #expect(run.output.hasPrefix("usage: \(script)"))
    }

    @Test("an unknown option is refused by name with exit 64", arguments: scripts.dropLast())
    func unknownOption(script: String) throws {
        let run = try ScriptRun(script, ["--no-such-option"])
        #expect(run.status == 64)
        #expect(run.output.contains("--no-such-option"))
    }

    @Test(
        "the demo refuses what is not a number of seconds or people or a port",
        arguments: [["--seconds", "0"], ["--people", "four"], ["--seconds"], ["--port", "mqtt"]])
    func demoNumbers(arguments: [String]) throws {
        #expect(try ScriptRun("launch/demo", arguments).status == 64)
    }

    @Test(
        "shellcheck finds nothing",
        .enabled(if: ScriptRun.find("shellcheck") != nil, "shellcheck is not installed"))
    func shellcheck() throws {
        let program = try #require(ScriptRun.find("shellcheck"))
        let run = try ScriptRun(program, (Self.scripts + Self.others).map { PackageFolder.path($0) })
        #expect(run.status == 0, "\(run.output)")
    }
}
